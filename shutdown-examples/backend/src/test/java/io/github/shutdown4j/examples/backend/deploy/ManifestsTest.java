package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The contents of the manifests, as types of Kubernetes. {@link NumbersTest} checks the numbers. */
class ManifestsTest {

    @Test
    void allAreReadAndNoKeyIsUnknown() throws IOException {
        assertThat(Manifests.deployment().getApiVersion()).isEqualTo("apps/v1");
        assertThat(Manifests.service().getKind()).isEqualTo("Service");
        assertThat(Manifests.settings().getData()).containsOnlyKeys("config.toml");
        try (Stream<Path> files = Files.list(Manifests.DIRECTORY)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "deployment.yaml", "service.yaml", "configmap.yaml", "disruption-budget.yaml");
        }
    }

    @Test
    void aMisspeltKeyWouldBeFoundAtAnyDepth() throws IOException {
        String text = Files.readString(Manifests.DIRECTORY.resolve("deployment.yaml"));
        for (String key :
                List.of("terminationGracePeriodSeconds", "readinessProbe", "httpGet", "seconds", "replicas")) {
            assertThatThrownBy(() -> Manifests.read(text.replace(key + ":", key + "s:"), Deployment.class))
                    .as(key)
                    .isInstanceOf(UnrecognizedPropertyException.class);
        }
    }

    @Test
    void whatRefersToSomethingFindsIt() throws IOException {
        Deployment deployment = Manifests.deployment();
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(labels)
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
        Service service = Manifests.service();
        assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());

        var container = Manifests.container();
        assertThat(service.getSpec().getPorts().get(0).getTargetPort().getStrVal())
                .isEqualTo(container.getPorts().get(0).getName());
        for (var probe :
                List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
            assertThat(probe.getHttpGet().getPort().getStrVal())
                    .isEqualTo(container.getPorts().get(0).getName());
        }
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        pod.getVolumes().stream().map(Volume::getName).toList());
        assertThat(pod.getVolumes().get(0).getConfigMap().getName())
                .isEqualTo(Manifests.settings().getMetadata().getName());
    }

    @Test
    void aPodNamesItsInstanceAndTheReasonOfItsEnd() throws IOException {
        var container = Manifests.container();
        Map<String, String> variables = container.getEnv().stream()
                .collect(Collectors.toMap(
                        EnvVar::getName,
                        variable -> variable.getValue() != null
                                ? variable.getValue()
                                : variable.getValueFrom().getFieldRef().getFieldPath()));
        assertThat(variables)
                .containsEntry("INSTANCE", "metadata.name")
                .containsEntry("TERMINATION_MESSAGE", container.getTerminationMessagePath());
        assertThat(Manifests.deployment().getSpec().getTemplate().getSpec().getEnableServiceLinks())
                .isFalse();
    }

    @Test
    void oneOfThePodsMayBeAwayAtATime() throws IOException {
        JsonNode budget = new YAMLMapper()
                .readTree(Manifests.DIRECTORY.resolve("disruption-budget.yaml").toFile());
        assertThat(budget.get("spec").get("maxUnavailable").asInt())
                .isEqualTo(1)
                .isLessThan(Manifests.deployment().getSpec().getReplicas());
        Map<String, String> labels =
                Manifests.deployment().getSpec().getSelector().getMatchLabels();
        assertThat(budget.at("/spec/selector/matchLabels").properties()).allSatisfy(label -> assertThat(labels)
                .containsEntry(label.getKey(), label.getValue().asText()));
    }

    @Test
    void anUpdateStopsNoPodBeforeANewOneIsReady() throws IOException {
        var update = Manifests.deployment().getSpec().getStrategy().getRollingUpdate();
        assertThat(update.getMaxUnavailable().getIntVal()).isZero();
        assertThat(update.getMaxSurge().getIntVal()).isPositive();
        assertThat(Manifests.container().getStartupProbe().getHttpGet().getPath())
                .isEqualTo("/health/live");
    }

    @Test
    void livenessAndReadinessAreNotTheSame() throws IOException {
        assertThat(Manifests.container().getLivenessProbe().getHttpGet().getPath())
                .isEqualTo("/health/live");
        assertThat(Manifests.container().getReadinessProbe().getHttpGet().getPath())
                .isEqualTo("/health/ready");
    }

    @Test
    void theImageAndThePodAgree() throws IOException {
        Dockerfile image = Dockerfile.read(Path.of("deploy/Dockerfile"));
        PodSpec pod = Manifests.deployment().getSpec().getTemplate().getSpec();
        assertThat(image.last("USER"))
                .isEqualTo(pod.getSecurityContext().getRunAsUser() + ":"
                        + pod.getSecurityContext().getRunAsGroup());
        assertThat(image.last("EXPOSE"))
                .isEqualTo(Manifests.container()
                        .getPorts()
                        .get(0)
                        .getContainerPort()
                        .toString());
        // The settings are mounted where the image looks for them.
        assertThat(image.words("CMD"))
                .containsExactly(
                        "--config",
                        Manifests.container().getVolumeMounts().get(0).getMountPath() + "/config.toml");
    }

    @Test
    void javaIsStartedByNoShellAndByNoRoot() throws IOException {
        Dockerfile image = Dockerfile.read(Path.of("deploy/Dockerfile"));
        assertThat(image.words("ENTRYPOINT")).startsWith("java");
        assertThat(image.last("USER")).doesNotStartWith("0").isNotEqualTo("root");
        assertThat(image.last("STOPSIGNAL")).isEqualTo("SIGTERM");
        assertThat(image.stages()).isEqualTo(2);
    }
}
