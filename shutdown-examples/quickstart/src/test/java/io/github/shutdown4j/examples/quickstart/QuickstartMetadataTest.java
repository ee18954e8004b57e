package io.github.shutdown4j.examples.quickstart;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.shutdown4j.examples.quickstart.ImageMetadata.Format;
import io.github.shutdown4j.examples.quickstart.ImageMetadata.Grant;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The metadata for GraalVM's native-image in the jar of the quickstart matches its reflective lookups, from the start
 * to the end of two runs: nothing is missing and nothing is unused. Like GraalVM's tracing agent, but with a JDK only;
 * it builds no image. {@code .ci/native} runs it.
 */
@Tag("native")
class QuickstartMetadataTest {

    private static final Path JAR = Path.of(System.getProperty("example.jar"));

    @RegisterExtension
    static final ChildJvms JVMS = new ChildJvms();

    @TempDir
    private static Path directory;

    private static final Set<Query> ASKED = new LinkedHashSet<>();
    private static final Set<String> REACHED = new LinkedHashSet<>();

    @BeforeAll
    static void runTwice() throws Exception {
        assumeTrue(ModuleLayer.boot().findModule("jdk.jdi").isPresent(), "needs a JDK with the module jdk.jdi");
        run(0);
        run(1); // loads the state that the first has saved
        ASKED.forEach(System.out::println);
    }

    private static void run(int finishedBefore) throws Exception {
        Set<String> conditions = new LinkedHashSet<>(metadata(Format.CURRENT).conditions());
        conditions.addAll(metadata(Format.OLD).conditions());
        try (ReflectionTrace trace = new ReflectionTrace(conditions)) {
            // The property is set in an image, which has no proxies without metadata and preloads no classes.
            String options = trace.jvmOption() + " -Dorg.graalvm.nativeimage.imagecode=runtime";
            try (QuickstartProcess app = new QuickstartProcess(JVMS, directory, Map.of("JDK_JAVA_OPTIONS", options))) {
                app.awaitReady();
                assertThat(app.get("/count").body()).isEqualTo(finishedBefore + "\n");
                CompletableFuture<HttpResponse<String>> inFlight = app.getAsync("/work?ms=3000");
                await().pollDelay(ofSeconds(1)).until(() -> true); // its arrival cannot be observed from outside
                app.signal("TERM");
                assertThat(inFlight.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing();
            }
            ASKED.addAll(trace.queries());
            REACHED.addAll(trace.reached());
        }
    }

    private static ImageMetadata metadata(Format format) throws Exception {
        return ImageMetadata.in(JAR, format);
    }

    private static Set<Query> inNeedOfMetadata() {
        return ASKED.stream()
                .filter(query -> KnownToImage.ALL.stream().noneMatch(known -> known.covers(query)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @ParameterizedTest
    @EnumSource
    void everyLookupIsGranted(Format format) throws Exception {
        assertThat(ASKED).hasSizeGreaterThan(20);
        assertThat(metadata(format).missing(inNeedOfMetadata(), REACHED)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyGrantIsNeeded(Format format) throws Exception {
        assertThat(metadata(format).dead(ASKED)).isEmpty();
    }

    /** Proves that the two tests above can fail. */
    @ParameterizedTest
    @EnumSource
    void everyGrantIsMissedOnceItIsGone(Format format) throws Exception {
        ImageMetadata whole = metadata(format);
        List<Grant> grants =
                whole.grants().stream().filter(grant -> !grant.implied()).toList();
        assertThat(grants).hasSizeGreaterThan(8).allSatisfy(grant -> {
            List<Query> missing = whole.without(grant).missing(inNeedOfMetadata(), REACHED);
            assertThat(missing).isNotEmpty().allSatisfy(query -> assertThat(query.needs())
                    .contains(grant.what()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void grantsWhoseConditionIsNotReachedAreNone(Format format) throws Exception {
        assertThat(metadata(format).missing(inNeedOfMetadata(), Set.of())).isNotEmpty();
    }

    @Test
    void everyExceptionIsNeeded() {
        assertThat(KnownToImage.ALL).allSatisfy(known -> assertThat(ASKED).anyMatch(known::covers));
    }
}
