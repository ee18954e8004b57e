package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;

/**
 * The log lines in source files, by level, read with the compiler's own parser. The varying parts of a line are "{}". A
 * text that is chosen by a condition counts as several lines; one that cannot be derived from the source is an error.
 */
final class LogLines {

    private static final Set<String> LEVELS = Set.of("info", "warn", "error");

    private final Map<String, Set<String>> byLevel = new HashMap<>();

    static LogLines in(Path... roots) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> found = Files.walk(root)) {
                found.filter(file -> file.toString().endsWith(".java"))
                        // It forwards the lines of others.
                        .filter(file -> !file.endsWith("ComponentLogger.java"))
                        .forEach(files::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        LogLines lines = new LogLines();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                lines.read(unit);
            }
        }
        return lines;
    }

    Set<String> of(String level) {
        return byLevel.getOrDefault(level, Set.of());
    }

    private void read(CompilationUnitTree unit) {
        SourceTexts texts = new SourceTexts(unit);
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
                if (call.getMethodSelect() instanceof MemberSelectTree method && isLogger(method.getExpression())) {
                    String level = method.getIdentifier().toString();
                    if (LEVELS.contains(level)) {
                        String prefix = prefix(unit, method.getExpression().toString());
                        add(
                                level,
                                texts.of(call.getArguments().get(0), getCurrentPath()).stream()
                                        .map(text -> prefix + text)
                                        .toList());
                    }
                }
                handedOn(call.getArguments(), isLog(call) ? prefix(unit, "LOG") : "'{}' ");
                return super.visitMethodInvocation(call, unused);
            }

            @Override
            public Void visitNewClass(NewClassTree made, Void unused) {
                handedOn(made.getArguments(), "'{}' ");
                return super.visitNewClass(made, unused);
            }

            /** (Level.WARN, text, ...): logged elsewhere, with the name of a service before it unless the method is named log. */
            private void handedOn(List<? extends ExpressionTree> arguments, String before) {
                if (arguments.size() > 1 && arguments.get(0).toString().matches("Level\\.(INFO|WARN|ERROR)")) {
                    String level = arguments.get(0).toString().substring(6).toLowerCase(Locale.ROOT);
                    add(
                            level,
                            texts.of(arguments.get(1), getCurrentPath()).stream()
                                    .map(text -> before + text)
                                    .toList());
                }
            }

            private void add(String level, List<String> found) {
                if (found.contains("{}")) {
                    throw new IllegalStateException(unit.getSourceFile().getName() + ": a text is not to be seen in "
                            + getCurrentPath().getLeaf());
                }
                byLevel.computeIfAbsent(level, key -> new TreeSet<>()).addAll(found);
            }
        }.scan(unit, null);
    }

    private static boolean isLog(MethodInvocationTree call) {
        return call.getMethodSelect().toString().matches("(.*\\.)?log");
    }

    /** The prefix that the loggers of systemd and of the coordinator's own package write before each line. */
    private static String prefix(CompilationUnitTree unit, String logger) {
        String packageName = unit.getPackageName().toString();
        if (packageName.equals("io.github.shutdown4j.systemd")) {
            return "systemd: ";
        }
        if (!packageName.equals("io.github.shutdown4j")) {
            return "";
        }
        return switch (logger) {
            case "LOG", "LOGGER", "ShutdownLog.LOGGER" -> "Shutdown: ";
            case "PLAN_LOG" -> "Shutdown plan: ";
            case "REPORT_LOG" -> "Report: ";
            default -> "";
        };
    }

    /** A variable or a method whose name ends in "log", or the logger of the coordinator's package. */
    private static boolean isLogger(Tree object) {
        return object.toString().matches("(ShutdownLog\\.)?LOGGER")
                || object.toString()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\(\\)$", "")
                        .endsWith("log");
    }
}
