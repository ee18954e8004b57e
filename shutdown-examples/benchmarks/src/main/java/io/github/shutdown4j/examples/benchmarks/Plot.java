package io.github.shutdown4j.examples.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/** The rows of a group as marks with their quartiles, one for each JDK, on a logarithmic axis, the bar as a line. */
record Plot(String group, List<Row> rows, List<Results> runs) {

    private static final int WIDTH = 860;
    /** Of the runs, in order. */
    private static final Shape[] MARKS = {
        new Ellipse2D.Double(-4, -4, 8, 8), new Rectangle2D.Double(-4, -4, 8, 8), new Rectangle2D.Double(-2, -5, 4, 10)
    };

    private static final double DISTANCE = 0.24;
    private static final Color OURS = new Color(0x1b7837);
    private static final Color OTHERS = new Color(0x4d4d4d);
    private static final Color BAR = new Color(0xb2182b);

    /** One for each group in which there is something to compare. */
    static List<Plot> of(List<Results> runs) {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        for (Row row : Results.figures(runs)) {
            groups.computeIfAbsent(row.group(), name -> new ArrayList<>()).add(row);
        }
        return groups.entrySet().stream()
                .filter(group -> group.getValue().size() > 2)
                .map(group -> new Plot(group.getKey(), List.copyOf(group.getValue()), runs))
                .toList();
    }

    String file() {
        return group.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg";
    }

    String svg() {
        String[] names = new String[rows.size()];
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        boolean logarithmic = true;
        for (int run = 0; run < runs.size(); run++) {
            String release = runs.get(run).release();
            XYIntervalSeries ours = new XYIntervalSeries("shutdown4j, " + release);
            XYIntervalSeries others = new XYIntervalSeries("others, " + release);
            data.addSeries(ours);
            data.addSeries(others);
            for (int i = 0; i < names.length; i++) {
                Row figure = rows.get(i);
                int line = names.length - 1 - i;
                names[line] = figure.subject() + (figure.note().equals(Row.CUT) ? " (cut it)" : "");
                double height = line + DISTANCE * ((runs.size() - 1) / 2.0 - run);
                Optional<Row> found = runs.get(run).like(figure).filter(row -> Double.isFinite(row.median()));
                if (found.isPresent()) {
                    Row row = found.get();
                    logarithmic &= least(row) > 0 || row.low() > 0;
                    (row.subject().startsWith("shutdown4j") ? ours : others)
                            .add(
                                    drawn(row, row.median()),
                                    drawn(row, row.low()),
                                    drawn(row, row.high()),
                                    height,
                                    height,
                                    height);
                }
            }
        }
        XYPlot plot = new XYPlot(data, axis(logarithmic), lines(names), renderer(runs.size()));
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinesVisible(false);
        rows.stream().filter(Row::hasBar).map(Row::bar).distinct().forEach(bar -> {
            plot.addDomainMarker(new ValueMarker(bar, BAR, new BasicStroke(1.5f)));
        });
        JFreeChart chart = new JFreeChart(title(), new Font(Font.SANS_SERIF, Font.BOLD, 15), plot, false);
        chart.setBackgroundPaint(Color.WHITE);
        int height = 110 + 26 * names.length;
        SVGGraphics2D canvas = new SVGGraphics2D(WIDTH, height);
        chart.draw(canvas, new Rectangle(WIDTH, height));
        return canvas.getSVGElement();
    }

    private String title() {
        if (runs.size() < 2) {
            return group;
        }
        List<String> marks = List.of("circle", "square", "bar");
        StringBuilder title = new StringBuilder(group).append(" (");
        for (int run = 0; run < runs.size(); run++) {
            title.append(run == 0 ? "" : ", ")
                    .append(marks.get(run))
                    .append(": JDK ")
                    .append(runs.get(run).release());
        }
        return title.append(")").toString();
    }

    /** Differences of milliseconds may be negative, which has no place on a logarithmic axis. */
    private static double least(Row row) {
        return row.unit().equals("ms") ? 1 : 0;
    }

    private static double drawn(Row row, double value) {
        return least(row) > 0 ? Math.max(least(row), value) : value;
    }

    private ValueAxis axis(boolean logarithmic) {
        Row first = rows.get(0);
        String unit = first.unit().equals("x")
                ? "times"
                : first.unit() + (first.against().isEmpty() ? "" : " more than");
        boolean sameForAll = rows.stream().map(Row::against).distinct().count() == 1;
        String label = unit + " " + (sameForAll ? first.against() : "what the other takes")
                + (least(first) > 0 ? " (less than 1 is drawn as 1)" : "");
        if (!logarithmic) {
            return new NumberAxis(label);
        }
        LogAxis axis = new LogAxis(label);
        axis.setBase(10);
        axis.setStandardTickUnits(new NumberTickUnitSource(false));
        axis.setNumberFormatOverride(new ThreeDigits());
        return axis;
    }

    private static SymbolAxis lines(String[] names) {
        SymbolAxis axis = new SymbolAxis("", names);
        axis.setGridBandsVisible(false);
        axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        return axis;
    }

    private static XYErrorRenderer renderer(int runs) {
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDrawYError(false);
        for (int run = 0; run < runs; run++) {
            renderer.setSeriesPaint(2 * run, OURS);
            renderer.setSeriesPaint(2 * run + 1, OTHERS);
            renderer.setSeriesShape(2 * run, MARKS[run]);
            renderer.setSeriesShape(2 * run + 1, MARKS[run]);
        }
        renderer.setErrorStroke(new BasicStroke(2f));
        return renderer;
    }

    private static final class ThreeDigits extends NumberFormat {

        private static final long serialVersionUID = 1;

        @Override
        public StringBuffer format(double number, StringBuffer to, FieldPosition where) {
            return to.append(Figures.of(number));
        }

        @Override
        public StringBuffer format(long number, StringBuffer to, FieldPosition where) {
            return format((double) number, to, where);
        }

        @Override
        public Number parse(String text, ParsePosition where) {
            throw new UnsupportedOperationException("an axis is only written");
        }
    }
}
