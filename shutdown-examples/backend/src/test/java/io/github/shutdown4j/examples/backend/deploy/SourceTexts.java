package io.github.shutdown4j.examples.backend.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;

/** The texts that an expression in a source file can have. Unknown parts are "{}". */
final class SourceTexts {

    private final CompilationUnitTree unit;

    SourceTexts(CompilationUnitTree unit) {
        this.unit = unit;
    }

    List<String> of(ExpressionTree text, TreePath place) {
        if (text instanceof LiteralTree literal && literal.getValue() instanceof String value) {
            return List.of(value);
        }
        if (text instanceof ParenthesizedTree inside) {
            return of(inside.getExpression(), place);
        }
        if (text instanceof ConditionalExpressionTree either) {
            return Stream.of(either.getTrueExpression(), either.getFalseExpression())
                    .flatMap(one -> of(one, place).stream())
                    .toList();
        }
        if (text instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            List<String> all = new ArrayList<>();
            for (String left : of(sum.getLeftOperand(), place)) {
                for (String right : of(sum.getRightOperand(), place)) {
                    all.add(left + right);
                }
            }
            return all;
        }
        if (text instanceof IdentifierTree name) {
            return ofVariable(name.getName().toString(), place);
        }
        return List.of("{}");
    }

    /** The values assigned to a variable in the same method, in the callers of the method, or in the file. */
    private List<String> ofVariable(String name, TreePath place) {
        MethodTree method = methodAround(place);
        List<String> all = new ArrayList<>();
        eachVariable((variable, path) -> {
            boolean near = methodAround(path) == method || methodAround(path) == null;
            if (near && variable.getName().contentEquals(name) && variable.getInitializer() != null) {
                all.addAll(of(variable.getInitializer(), path));
            }
        });
        if (all.isEmpty() && method != null) {
            List<String> parameters = method.getParameters().stream()
                    .map(parameter -> parameter.getName().toString())
                    .toList();
            if (parameters.contains(name)) {
                eachCall(
                        method,
                        (call, path) -> all.addAll(of(call.getArguments().get(parameters.indexOf(name)), path)));
            }
        }
        return all.isEmpty() ? List.of("{}") : all;
    }

    private static MethodTree methodAround(TreePath place) {
        for (TreePath path = place; path != null; path = path.getParentPath()) {
            if (path.getLeaf() instanceof MethodTree method) {
                return method;
            }
        }
        return null;
    }

    private void eachVariable(BiConsumer<VariableTree, TreePath> action) {
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitVariable(VariableTree variable, Void unused) {
                action.accept(variable, getCurrentPath());
                return super.visitVariable(variable, unused);
            }
        }.scan(unit, null);
    }

    private void eachCall(MethodTree method, BiConsumer<MethodInvocationTree, TreePath> action) {
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
                boolean same = call.getMethodSelect()
                                .toString()
                                .equals(method.getName().toString())
                        && call.getArguments().size() == method.getParameters().size();
                if (same) {
                    action.accept(call, getCurrentPath());
                }
                return super.visitMethodInvocation(call, unused);
            }
        }.scan(unit, null);
    }
}
