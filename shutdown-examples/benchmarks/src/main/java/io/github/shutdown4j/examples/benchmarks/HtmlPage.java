package io.github.shutdown4j.examples.benchmarks;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The page: the machine, the plots, and every figure with its spread and its target. */
final class HtmlPage {

    private static final String STYLE = """
            body { font: 15px/1.45 sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; }
            table { border-collapse: collapse; margin: 1em 0; }
            td, th { border-bottom: 1px solid #ddd; padding: .25em .7em; text-align: left; vertical-align: top; }
            td.number { text-align: right; white-space: nowrap; }
            .missed { color: #b2182b; font-weight: bold; }
            .reached { color: #1b7837; }
            """;

    private HtmlPage() {}

    /** A page with a column for each JDK. */
    static String of(List<Results> runs) {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<title>shutdown4j benchmarks</title>")
                .append("<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>shutdown4j: what it costs</h1>\n")
                .append("<p>All that is compared has taken turns in one run. A figure is the median of the ratios (or")
                .append(" differences) of the rounds, with its quartiles; it holds for this machine.</p>\n<table>\n");
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.machine().keySet()));
        for (String key : keys) {
            page.append("<tr><th>" + text(key) + "</th>");
            runs.forEach(run -> page.append("<td>" + text(run.machine().getOrDefault(key, "")) + "</td>"));
            page.append("</tr>\n");
        }
        page.append("</table>\n");
        for (Results run : runs) {
            run.remarks().forEach(remark -> page.append("<p>JDK " + run.release() + ": " + text(remark))
                    .append("</p>\n"));
        }
        for (Plot plot : Plot.of(runs)) {
            page.append(plot.svg()).append('\n');
        }
        Map<String, List<Row>> parts = Results.figures(runs).stream()
                .collect(Collectors.groupingBy(Row::part, LinkedHashMap::new, Collectors.toList()));
        parts.forEach((part, figures) -> table(page, part, figures, runs));
        return page.append("</body></html>\n").toString();
    }

    private static void table(StringBuilder page, String part, List<Row> figures, List<Results> runs) {
        page.append("<h2>")
                .append(text(part))
                .append("</h2>\n<table>\n<tr><th>figure</th><th>subject</th><th>compared with</th><th>at most</th>");
        for (Results run : runs) {
            page.append("<th>JDK " + run.release() + "</th><th>quartiles</th><th>rounds</th><th></th>");
        }
        page.append("<th></th></tr>\n");
        for (Row figure : figures) {
            page.append("<tr><td>" + text(figure.group()) + "</td><td>" + text(figure.subject()) + "</td><td>")
                    .append(text(figure.against()) + "</td><td class=\"number\">")
                    .append(figure.hasBar() ? Figures.of(figure.bar()) : "")
                    .append("</td>");
            for (Results run : runs) {
                page.append(run.like(figure).map(HtmlPage::cells).orElse("<td></td><td></td><td></td><td></td>"));
            }
            page.append("<td>" + text(figure.note()) + "</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static String cells(Row row) {
        String verdict = row.verdict();
        return "<td class=\"number\">" + Figures.of(row.median()) + " " + text(row.unit())
                + "</td><td class=\"number\">" + Figures.of(row.low()) + " to " + Figures.of(row.high())
                + "</td><td class=\"number\">" + row.rounds() + "</td><td class=\""
                + verdict.replaceAll(" .*", "") + "\">" + text(verdict) + "</td>";
    }

    private static String text(String plain) {
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
