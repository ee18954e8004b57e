package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/** The example for launchd is a property list, as far as can be seen without macOS. */
class PlistTest {

    private static final String LABEL = "io.github.shutdown4j.backend";

    /** Those of launchd.plist(5) that the example uses, with their types. */
    private static final Map<String, String> TYPES = Map.of(
            "Label", "string",
            "ProgramArguments", "array",
            "WorkingDirectory", "string",
            "StandardOutPath", "string",
            "StandardErrorPath", "string",
            "RunAtLoad", "true",
            "KeepAlive", "dict",
            "ThrottleInterval", "integer",
            "ExitTimeOut", "integer");

    private static List<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .toList();
    }

    private static Map<String, Element> entries(Element dict) {
        Map<String, Element> entries = new LinkedHashMap<>();
        List<Element> children = children(dict);
        assertThat(children).hasSizeGreaterThan(1);
        for (int i = 0; i < children.size(); i += 2) {
            assertThat(children.get(i).getTagName()).isEqualTo("key");
            entries.put(children.get(i).getTextContent(), children.get(i + 1));
        }
        return entries;
    }

    @Test
    void itIsWellFormedAndEachKeyHasAValueOfItsType() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        // Its document type is on the network.
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Element plist = factory.newDocumentBuilder()
                .parse(Path.of("deploy/macos/" + LABEL + ".plist").toFile())
                .getDocumentElement();
        assertThat(plist.getTagName()).isEqualTo("plist");
        Map<String, Element> entries = entries(children(plist).get(0));
        entries.forEach(
                (key, value) -> assertThat(value.getTagName()).as(key).isEqualTo(TYPES.getOrDefault(key, "unknown")));
        assertThat(entries.get("Label").getTextContent()).isEqualTo(LABEL);
        assertThat(children(entries.get("ProgramArguments")))
                .allMatch(word -> word.getTagName().equals("string"));
        assertThat(entries(entries.get("KeepAlive"))).containsOnlyKeys("SuccessfulExit");
    }
}
