package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;

import io.github.shutdown4j.examples.backend.TestServers;

/** The manifests as Kubernetes' own types: an unknown key is refused at any depth. */
final class Manifests {

    static final Path DIRECTORY = Path.of("deploy/kubernetes");

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                /** The types would otherwise keep unknown keys. */
                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }

                @Override
                public Boolean hasAnyGetter(Annotated member) {
                    return false;
                }

                @Override
                public boolean hasIgnoreMarker(AnnotatedMember member) {
                    return member.getName().endsWith("dditionalProperties") || super.hasIgnoreMarker(member);
                }
            });

    private Manifests() {}

    static <T> T read(String yaml, Class<T> type) throws IOException {
        return YAML.readValue(yaml, type);
    }

    private static <T> T file(String name, Class<T> type) throws IOException {
        return YAML.readValue(DIRECTORY.resolve(name).toFile(), type);
    }

    static Deployment deployment() throws IOException {
        return file("deployment.yaml", Deployment.class);
    }

    static Container container() throws IOException {
        return deployment().getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    static Service service() throws IOException {
        return file("service.yaml", Service.class);
    }

    static ConfigMap settings() throws IOException {
        return file("configmap.yaml", ConfigMap.class);
    }

    /**
     * A pod for {@code podman kube play}, on the network of this machine and the servers of the tests. The guide lists
     * the differences from the deployment.
     */
    static String forPodman(String image, int port) throws IOException {
        YAMLMapper mapper = new YAMLMapper();
        ObjectNode settings =
                (ObjectNode) mapper.readTree(DIRECTORY.resolve("configmap.yaml").toFile());
        ObjectNode pod = mapper.createObjectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod").putObject("metadata").put("name", image + "-pod");
        JsonNode template =
                mapper.readTree(DIRECTORY.resolve("deployment.yaml").toFile()).at("/spec/template");
        pod.set("spec", template.get("spec"));

        ObjectNode container = (ObjectNode) pod.at("/spec/containers/0");
        container.put("image", "localhost/" + image + ":latest");
        container.remove("ports");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            ((ObjectNode) container.at("/" + probe + "/httpGet")).put("port", port);
        }
        String urls = image + "-urls";
        ObjectNode variables = mapper.createObjectNode();
        variables
                .put("apiVersion", "v1")
                .put("kind", "ConfigMap")
                .putObject("metadata")
                .put("name", urls);
        variables
                .putObject("data")
                .put("DATABASE_URL", TestServers.databaseUrl())
                .put("REDIS_URL", TestServers.redisUrl())
                .put("PORT", "" + port);
        container.putArray("envFrom").addObject().putObject("configMapRef").put("name", urls);
        return mapper.writeValueAsString(settings)
                + mapper.writeValueAsString(variables)
                + mapper.writeValueAsString(pod);
    }
}
