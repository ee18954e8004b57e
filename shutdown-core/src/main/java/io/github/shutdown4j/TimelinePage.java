package io.github.shutdown4j;

/** Writes a report as an HTML page: the picture, and below it the words on each step that did not go well. */
final class TimelinePage {

    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Shutdown timeline</title>
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; margin: 1rem; color: #1f2328; background: #ffffff; }
            svg { max-width: 100%; height: auto; }
            pre { overflow-x: auto; padding: 0.5rem; background: #f3f4f6; }
            @media (prefers-color-scheme: dark) {
              body { color: #e6edf3; background: #0d1117; }
              pre { background: #161b22; }
            }
            </style>
            </head>
            <body>
            """;

    private TimelinePage() {}

    static String of(ShutdownReport report) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(new TimelineSvg(report).draw());
        if (!report.isClean()) {
            page.append("<h2>What did not go well</h2>\n");
            report.phases().forEach(phase -> phase.steps().stream()
                    .filter(step -> step.outcome() != Outcome.DONE)
                    .forEach(step -> tell(page, phase, step)));
        }
        page.append("<details><summary>The whole report</summary>\n<pre>")
                .append(Markup.text(report.toText()))
                .append("</pre>\n</details>\n</body>\n</html>\n");
        return page.toString();
    }

    private static void tell(StringBuilder page, PhaseReport phase, StepResult step) {
        page.append("<p><strong>").append(Markup.text(step.name())).append("</strong>, ");
        page.append(phase.phase().label()).append(", ").append(ReportText.of(step.outcome()));
        page.append(step.detail().isEmpty() ? "" : ": ")
                .append(Markup.text(step.detail()))
                .append("</p>\n");
        step.unfinished()
                .forEach(work ->
                        page.append("<pre>").append(Markup.text(work.text())).append("</pre>\n"));
    }
}
