package io.github.shutdown4j.examples.quickstart;

import java.util.List;

/**
 * Reflective lookups that need no metadata, each with the reason and a reference to GraalVM's documentation. All three
 * patterns are regular expressions for the whole text.
 */
record KnownToImage(String caller, String entryPoint, String target, String reason, String source) {

    private static final String CODE = "https://www.graalvm.org/jdk23/reference-manual/native-image/metadata/"
            + "#computing-reflection-metadata-in-code";
    private static final String JACKSON = "com\\.fasterxml\\.jackson\\.databind\\.";

    static final List<KnownToImage> ALL = List.of(
            new KnownToImage(
                    "io\\.github\\.shutdown4j\\.connections\\.CounterCell\\.<clinit>",
                    "Lookup\\.findVarHandle",
                    "field io\\.github\\.shutdown4j\\.connections\\.CounterCell\\.(state|closedState|endedOverflow)",
                    "all arguments are constants",
                    CODE),
            new KnownToImage(
                    JACKSON + "ext\\.Java7Support\\.<clinit>",
                    "Class\\.forName",
                    JACKSON + "ext\\.Java7SupportImpl",
                    "the argument is a constant; not so its constructor, for which there is metadata",
                    CODE),
            new KnownToImage(
                    JACKSON + "jdk14\\.JDK14Util\\$RecordAccessor\\.<init>",
                    "Class\\.(forName|getMethod)",
                    "(java\\.lang\\.reflect\\.RecordComponent"
                            + "|method java\\.lang\\.(Class\\.getRecordComponents|reflect\\.RecordComponent\\..*)\\(\\))",
                    "all arguments are constants",
                    CODE),
            new KnownToImage(
                    JACKSON + "util\\.ClassUtil\\.<clinit>",
                    "Class\\.getMethod",
                    "method java\\.lang\\.Class\\.isRecord\\(\\)",
                    "all arguments are constants",
                    CODE),
            new KnownToImage(
                    JACKSON + "(jdk14\\.JDK14Util\\$RecordAccessor|util\\.ClassUtil)\\..*",
                    "Method\\.invoke",
                    "method java\\.lang\\.(Class\\.(isRecord|getRecordComponents)|reflect\\.RecordComponent\\..*)\\(\\)",
                    "the methods were found by the two above",
                    CODE),
            new KnownToImage(
                    JACKSON + "(util\\.ClassUtil|introspect\\.AnnotatedFieldCollector)\\..*",
                    "Class\\.getDeclared(Fields|Methods|Constructors)",
                    "java\\.(io|lang|util)\\..*",
                    "Jackson writes and reads classes of the JDK by code of its own, so that it is content with the answer "
                            + "\"none\"; only with --exact-reachability-metadata would an error be the answer",
                    "https://github.com/oracle/graal/discussions/14516"),
            new KnownToImage(
                    "org\\.slf4j\\.LoggerFactory\\..*",
                    "ServiceLoader\\.load",
                    "org\\.slf4j\\.spi\\.SLF4JServiceProvider",
                    "what META-INF/services names is registered by the builder",
                    "https://github.com/oracle/graal/issues/563"));

    boolean covers(Query query) {
        return query.caller().matches(caller)
                && query.entryPoint().matches(entryPoint)
                && query.target().matches(target);
    }
}
