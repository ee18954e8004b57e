package io.github.shutdown4j.report;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import io.github.shutdown4j.internal.DisplayWidth;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class ShutdownTimelineTest {

    private static final Instant AT = Instant.parse("2024-05-06T07:08:09.123Z");
    private static final ShutdownReason TERM = new ShutdownReason.Signalled(ShutdownSignal.TERMINATE);

    private static PhaseReport phase(ShutdownPhase phase, Duration after, Duration took, StepResult... steps) {
        return new PhaseReport(phase, after, took, ofSeconds(10), List.of(steps));
    }

    private static ShutdownReport report(Duration elapsed, PhaseReport... phases) {
        return ShutdownReport.of(TERM, AT, elapsed, false, List.of(phases));
    }

    private static ShutdownReport clean() {
        return report(
                ofSeconds(4),
                phase(ShutdownPhase.ANNOUNCE, ZERO, ZERO),
                phase(
                        ShutdownPhase.STOP,
                        ZERO,
                        ofSeconds(1),
                        StepResult.done("http", ZERO, ofMillis(500), ""),
                        StepResult.done("queue", ofMillis(500), ofMillis(500), "")),
                phase(
                        ShutdownPhase.DRAIN,
                        ofSeconds(1),
                        ofSeconds(2),
                        StepResult.done("requests", ZERO, ofSeconds(2), "17 finished")),
                phase(
                        ShutdownPhase.RELEASE,
                        ofSeconds(3),
                        ofSeconds(1),
                        StepResult.done("db", ZERO, ofSeconds(1), ""),
                        StepResult.done("cache", ZERO, ofMillis(250), "")));
    }

    private static ShutdownReport broken() {
        UnfinishedWork hung = new UnfinishedWork(
                "GET /a?b=<1>&c", ofSeconds(12), Optional.of("worker"), List.of(new Throwable().getStackTrace()));
        return report(
                ofSeconds(3),
                phase(
                        ShutdownPhase.DRAIN,
                        ZERO,
                        ofSeconds(2),
                        StepResult.timedOut("http", ZERO, ofSeconds(2), "1 abandoned", List.of(hung))),
                phase(
                        ShutdownPhase.RELEASE,
                        ofSeconds(2),
                        ofSeconds(1),
                        StepResult.failed("</svg><script>", ZERO, ofSeconds(1), new IOException("a \"b\" 'c' \u0000")),
                        StepResult.skipped("mail\n\u001b[31m", ofSeconds(1), "no time left")));
    }

    private static ShutdownReport crowd(int steps) {
        List<StepResult> list = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            list.add(
                    i == 123
                            ? StepResult.failed("the bad one", ofMillis(i), ofMillis(1), new IOException("no"))
                            : StepResult.done("r" + i, ofMillis(i), ofMillis(i == 77 ? 200 : 1), ""));
        }
        return report(
                ofMillis(steps), new PhaseReport(ShutdownPhase.RELEASE, ZERO, ofMillis(steps), ofSeconds(10), list));
    }

    @Test
    void textIsAChart() {
        assertThat(clean().timeline().toText().lines())
                .containsExactly(
                        "Shutdown timeline: received SIGTERM",
                        "  at 2024-05-06T07:08:09.123Z, clean after 4 s, exit code 0",
                        "                       '0 s               '1 s               '2 s               '3 s",
                        "announce          0 s |-                                                                           |",
                        "stop              1 s |-------------------                                                         |",
                        "  http         500 ms |##########                                                                  |",
                        "  queue        500 ms |          #########                                                         |",
                        "drain             2 s |                   --------------------------------------                   |",
                        "  requests        2 s |                   ######################################                   |",
                        "release           1 s |                                                         -------------------|",
                        "  db              1 s |                                                         ###################|",
                        "  cache        250 ms |                                                         #####              |");
    }

    @Test
    void textMarksWhatDidNotGoWell() {
        assertThat(broken().timeline().toText().lines())
                .anySatisfy(line -> assertThat(line).startsWith("  http").contains(" timed out |~~~~", "~~>"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("  </svg><script>").contains(" failed ", "##x|"))
                .anySatisfy(line -> assertThat(line).startsWith("  mail ?[31m").contains(" skipped ", ".|"))
                .last()
                .asString()
                .contains("timed out", "failed", "skipped");
    }

    /** The one that docs/timeline.md shows. */
    private static ShutdownReport example() {
        StepResult hung = StepResult.timedOut(
                "search index",
                ofMillis(40),
                ofMillis(1_500),
                "ignored an interrupt after its limit of 1.4 s; abandoned",
                List.of(new UnfinishedWork("resource 'search index'", ofMillis(1_500), Optional.empty(), List.of())));
        return report(
                ofMillis(4_215),
                phase(ShutdownPhase.ANNOUNCE, ZERO, ofMillis(3)),
                phase(
                        ShutdownPhase.STOP,
                        ofMillis(3),
                        ofMillis(300),
                        StepResult.done("http", ZERO, ofMillis(120), ""),
                        StepResult.done("queue reader", ofMillis(120), ofMillis(180), "")),
                phase(
                        ShutdownPhase.DRAIN,
                        ofMillis(303),
                        ofMillis(2_340),
                        StepResult.done("requests", ZERO, ofMillis(2_340), "50 finished"),
                        StepResult.done("streams", ZERO, ofMillis(800), "3 finished")),
                phase(
                        ShutdownPhase.SAVE,
                        ofMillis(2_643),
                        ofMillis(6),
                        StepResult.done("state.json", ZERO, ofMillis(5), "generation 2, 192 bytes")),
                phase(
                        ShutdownPhase.RELEASE,
                        ofMillis(2_649),
                        ofMillis(1_561),
                        StepResult.done("http server", ZERO, ofMillis(40), ""),
                        hung,
                        StepResult.failed("mail", ofMillis(40), ofMillis(400), new IOException("connection reset")),
                        StepResult.skipped("tmp files", ofMillis(1_560), "no time left")),
                phase(
                        ShutdownPhase.FINAL_SAVE,
                        ofMillis(4_210),
                        ofMillis(5),
                        StepResult.done("state.json", ZERO, ofMillis(4), "generation 3, 190 bytes")));
    }

    @Test
    void pageShowsWhatIsDrawn() throws Exception {
        ShutdownTimeline timeline = example().timeline();
        Path text = Files.writeString(Path.of("target/timeline.txt"), timeline.toText());
        Path drawn = Files.writeString(Path.of("target/timeline.svg"), timeline.toSvg());
        assertThat(Files.readString(Path.of("../docs/timeline.md")))
                .as("take %s over if it is to look like that", text)
                .contains(timeline.toText().replace(System.lineSeparator(), "\n"));
        assertThat(Path.of("../docs/timeline.svg"))
                .as("copy %s to docs if it is to look like that", drawn)
                .hasSameTextualContentAs(drawn);
    }

    @Test
    void textFoldsTheUninteresting() {
        String text = crowd(500).timeline().toText();
        assertThat(text.lines().filter(line -> line.matches("  (r\\d+|the bad one) .*")))
                .hasSize(11);
        assertThat(text).contains("  the bad one ", "  r77 ", "  and 489 more ", "::::");
        assertThat(crowd(12).timeline().toText()).contains("  r11 ").doesNotContain("more");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                900,
                999_999,
                1_000_000,
                59_999_999_999L,
                600_000_000_000L,
                1_230_000_000_000L,
                86_400_000_000_000L,
                172_798_000_000_000L
            })
    void textKeepsWithinItsWidthWhateverTheTimes(long nanos) {
        Duration all = ofNanos(nanos);
        String name = "a resource with a name as long as some people like to make them";
        ShutdownReport report = ShutdownReport.of(
                new ShutdownReason.Requested("somebody with a very long name ".repeat(10)),
                AT,
                all,
                false,
                List.of(
                        phase(ShutdownPhase.STOP, ZERO, all.dividedBy(2), StepResult.done("s", ZERO, ZERO, "")),
                        phase(
                                ShutdownPhase.RELEASE,
                                all.dividedBy(2),
                                all.dividedBy(2),
                                StepResult.failed(name, all.dividedBy(2), ZERO, new IOException("x")))));
        assertThat(report.timeline().toText().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(report.timeline().toText()).contains("'0 s", "  a resource with a name ...");
        assertThat(report.timeline().toSvg().length()).isLessThan(20_000);
    }

    @Test
    void scaleHasRoundTimes() {
        assertThat(TimelineScale.of(ofMillis(2_380), 5).ticks())
                .containsExactly(ZERO, ofMillis(500), ofMillis(1_000), ofMillis(1_500), ofMillis(2_000));
        assertThat(TimelineScale.of(ofSeconds(300), 5).ticks())
                .contains(ofSeconds(60))
                .hasSize(6);
        assertThat(TimelineScale.of(Duration.ofDays(20), 5).ticks()).hasSizeBetween(2, 6);
        assertThat(TimelineScale.of(ofNanos(3), 5).ticks()).hasSize(4);
    }

    @Test
    void jsonHasStartAndLengthOfEachSpan() throws Exception {
        JsonNode json = new ObjectMapper().readTree(broken().timeline().toJson());
        assertThat(json.get("elapsedMillis").asDouble()).isEqualTo(3_000);
        assertThat(json.get("exitCode").asInt()).isEqualTo(1);
        JsonNode spans = json.get("spans");
        assertThat(spans).hasSize(5);
        assertThat(spans.get(2).get("phase").asText()).isEqualTo("RELEASE");
        assertThat(spans.get(2).has("step")).isFalse();
        assertThat(spans.get(4).get("step").asText()).startsWith("mail");
        assertThat(spans.get(4).get("startMillis").asDouble()).isEqualTo(3_000);
        assertThat(spans.get(1).get("unfinished").asInt()).isEqualTo(1);
        assertThat(new ObjectMapper().readTree(crowd(300).timeline().toJson()).get("spans"))
                .hasSize(301);
    }

    @Test
    void svgIsWellFormedAndDrawsTheBarsWhereTheyBelong() throws Exception {
        Document svg = parse(clean().timeline().toSvg());
        NodeList bars = svg.getElementsByTagName("rect");
        Element drain = (Element) bars.item(7); // after the clip path of the names, the background and five rows
        Element db = (Element) bars.item(9);
        Element cache = (Element) bars.item(10);
        assertThat(drain.getAttribute("class")).isEqualTo("DONE");
        double left = 260;
        double all = 1_080 - 260 - 170;
        assertThat(Double.parseDouble(drain.getAttribute("x"))).isEqualTo(left + all / 4);
        assertThat(Double.parseDouble(drain.getAttribute("width"))).isEqualTo(all / 2);
        assertThat(db.getAttribute("x")).isEqualTo(cache.getAttribute("x"));
    }

    @Test
    void namesCannotBreakOutOfThePictureOrThePage() throws Exception {
        ShutdownTimeline timeline = broken().timeline();
        Document svg = parse(timeline.toSvg());
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg.getDocumentElement().getTextContent()).contains("</svg><script>", "'c' ?");
        assertThat(timeline.toHtml())
                .contains("&lt;/svg&gt;&lt;script&gt;", "GET /a?b=&lt;1&gt;&amp;c", "ShutdownTimelineTest.broken")
                .doesNotContain("<script", "http://localhost", "https://")
                .endsWith("</html>\n");
        assertThat(XmlEscaper.text("\ud800 lone")).isEqualTo("\uFFFD lone");
    }

    @Test
    void textStaysInItsColumnsWhateverTheScript() {
        String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66";
        List<StepResult> steps = List.of(
                StepResult.done("\u30C7\u30FC\u30BF\u30D9\u30FC\u30B9".repeat(5), ZERO, ofMillis(1), ""),
                StepResult.done("abc " + family.repeat(10), ZERO, ofMillis(1), ""),
                StepResult.done("e\u0301\u0301\u0301 accents", ZERO, ofMillis(1), ""),
                StepResult.done("evil \u202E reversed \u2028 broken \u0085\uD800", ZERO, ofMillis(1), ""),
                StepResult.done("a quite plain one", ZERO, ofMillis(1), ""));
        ShutdownReport report =
                report(ofMillis(2), new PhaseReport(ShutdownPhase.RELEASE, ZERO, ofMillis(2), ofSeconds(1), steps));
        List<String> rows = report.timeline().toText().lines().skip(3).toList();
        assertThat(rows).hasSize(6).allSatisfy(row -> {
            assertThat(DisplayWidth.of(row)).isEqualTo(100);
            assertThat(DisplayWidth.of(row.substring(0, row.indexOf('|')))).isEqualTo(28 + 1 + 10 + 1);
            assertThat(row).doesNotContainPattern("[\\p{Cc}\\x{202E}\\x{2028}]");
            assertThat(row.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
        });
        assertThat(report.toText()).contains("evil ? reversed broken ?");
        assertThat(report.toText().lines()).hasSize(1 + 6);
    }

    @Test
    void svgCanBeReadWithoutItsStyleAndWithoutEyes() throws Exception {
        Document svg = parse(broken().timeline().toSvg());
        assertThat(elements(svg, "text"))
                .allMatch(text -> text.getAttribute("fill").startsWith("#"));
        assertThat(elements(svg, "rect").subList(1, 4))
                .allMatch(bar -> bar.getAttribute("fill").startsWith("#"));
        assertThat(elements(svg, "line"))
                .allMatch(line -> line.getAttribute("stroke").startsWith("#"));
        assertThat(elements(svg, "title").get(0).getTextContent()).isEqualTo("Shutdown: received SIGTERM");
        assertThat(elements(svg, "desc").get(0).getTextContent())
                .contains("failed after 3 s, exit code 1", "http: timed out, began after 0 s, took 2 s: 1 abandoned");
    }

    private static List<Element> elements(Document document, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    @Test
    void cleanPageHasNothingToComplainOf() {
        assertThat(clean().timeline().toHtml()).contains("<svg", "17 finished").doesNotContain("What did not go well");
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
