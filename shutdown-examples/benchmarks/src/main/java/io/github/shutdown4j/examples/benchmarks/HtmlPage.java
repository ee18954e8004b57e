package io.github.shutdown4j.examples.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page: where it was measured, the plots, and every figure with its spread and what was demanded of it. */
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

    static String of(Map<String, String> machine, List<Row> rows, List<String> remarks) {
        StringBuilder page = new StringBuilder();
        page.append(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>shutdown4j benchmarks</title>")
                .append("<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>shutdown4j: what it costs</h1>\n")
                .append("<p>All that is compared has taken turns in one run. A figure is the median of the ratios (or")
                .append(" differences) of the rounds, with its quartiles; it holds for this machine.</p>\n<table>\n");
        machine.forEach(
                (what, value) -> page.append("<tr><th>" + text(what) + "</th><td>" + text(value) + "</td></tr>\n"));
        page.append("</table>\n");
        remarks.forEach(remark -> page.append("<p>").append(text(remark)).append("</p>\n"));
        for (Plot plot : Plot.of(rows)) {
            page.append(plot.svg()).append('\n');
        }
        Map<String, List<Row>> parts = rows.stream()
                .collect(Collectors.groupingBy(Row::part, java.util.LinkedHashMap::new, Collectors.toList()));
        parts.forEach((part, lines) -> table(page, part, lines));
        return page.append("</body></html>\n").toString();
    }

    private static void table(StringBuilder page, String part, List<Row> rows) {
        page.append("<h2>")
                .append(text(part))
                .append("</h2>\n<table>\n<tr><th>what</th><th>who</th><th>against</th>")
                .append("<th>median</th><th>quartiles</th><th>rounds</th><th>at most</th><th></th><th></th></tr>\n");
        for (Row row : rows) {
            String verdict = row.verdict();
            page.append("<tr><td>" + text(row.group()) + "</td><td>" + text(row.subject()) + "</td><td>")
                    .append(text(row.against()) + "</td><td class=\"number\">" + Figures.of(row.median()) + " ")
                    .append(text(row.unit()) + "</td><td class=\"number\">" + Figures.of(row.low()) + " to ")
                    .append(Figures.of(row.high()) + "</td><td class=\"number\">" + row.rounds())
                    .append("</td><td class=\"number\">" + (Double.isNaN(row.bar()) ? "" : Figures.of(row.bar())))
                    .append("</td><td class=\"" + verdict.replaceAll(" .*", "") + "\">" + text(verdict) + "</td><td>")
                    .append(text(row.note()) + "</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static String text(String plain) {
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
