package io.github.shutdown4j.report;

import io.github.shutdown4j.internal.OneLine;

/** Writes a report as an HTML page: the chart, and the details of each step that was not successful. */
final class TimelineHtml {

    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; margin: 1rem; color: #1f2328; background: #ffffff; }
            h1 { position: absolute; clip-path: inset(50%); } /* the picture says it to those who see it */
            h2 { font-size: 1.1rem; margin: 1rem 0 0.5rem; }
            h3 { font-size: 1rem; font-weight: normal; margin: 0.5rem 0; overflow-wrap: anywhere; }
            svg { max-width: 100%; height: auto; }
            pre { overflow-x: auto; padding: 0.5rem; border-radius: 4px; background: #f3f4f6; }
            @media (prefers-color-scheme: dark) {
              body { color: #e6edf3; background: #0d1117; }
              pre { background: #161b22; }
            }
            </style>
            """;

    private TimelineHtml() {}

    static String of(ShutdownReport report) {
        StringBuilder page = new StringBuilder(HEAD);
        String title = XmlEscaper.text(TimelineSvg.title(report));
        page.append("<title>").append(title).append("</title>\n</head>\n<body>\n<main>\n");
        page.append("<h1>").append(title).append("</h1>\n");
        page.append(new TimelineSvg(report).draw());
        if (!report.isClean()) {
            page.append("<h2>What did not go well</h2>\n");
            report.phases().forEach(phase -> phase.steps().stream()
                    .filter(step -> step.outcome() != Outcome.DONE)
                    .forEach(step -> appendStep(page, phase, step)));
        }
        page.append("<details><summary>The whole report</summary>\n<pre>")
                .append(XmlEscaper.text(report.toText()))
                .append("</pre>\n</details>\n</main>\n</body>\n</html>\n");
        return page.toString();
    }

    private static void appendStep(StringBuilder page, PhaseReport phase, StepResult step) {
        page.append("<h3><strong>")
                .append(XmlEscaper.text(OneLine.plain(step.name())))
                .append("</strong>, ");
        page.append(phase.phase().label()).append(", ").append(step.outcome().label());
        page.append(step.detail().isEmpty() ? "" : ": ")
                .append(XmlEscaper.text(step.detail()))
                .append("</h3>\n");
        step.unfinished().forEach(work -> page.append("<pre>")
                .append(XmlEscaper.text(work.text()))
                .append("</pre>\n"));
    }
}
