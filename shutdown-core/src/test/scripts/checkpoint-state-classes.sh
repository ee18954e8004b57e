#!/usr/bin/env bash
# Saves and loads states of Kotlin and of Lombok: says which come back as they were, and with what.
# Usage: checkpoint-state-classes.sh        (fetches the Kotlin compiler, the Kotlin module of Jackson, and Lombok)
set -euo pipefail
# shellcheck source=checkpoint-common.sh
. "$(dirname "$0")/checkpoint-common.sh"
need mvn javac
prepare

kotlin=2.4.21
lombok=1.18.48
jackson=$(sed -n 's|.*<jackson.version>\(.*\)</jackson.version>.*|\1|p' "$core/../pom.xml")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >pom.xml <<END
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>states</groupId><artifactId>states</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.module</groupId><artifactId>jackson-module-kotlin</artifactId><version>$jackson</version></dependency>
    <dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-compiler-embeddable</artifactId><version>$kotlin</version></dependency>
    <dependency><groupId>org.projectlombok</groupId><artifactId>lombok</artifactId><version>$lombok</version></dependency>
  </dependencies>
</project>
END
mvn -q dependency:copy-dependencies -DoutputDirectory=lib
libraries=$(printf '%s:' lib/*.jar)$CHECKPOINT_CLASSPATH

mkdir -p kotlin java/plain java/properties out
cat >kotlin/States.kt <<'END'
import com.fasterxml.jackson.annotation.JsonSubTypes
import com.fasterxml.jackson.annotation.JsonTypeInfo
import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.module.kotlin.jsonMapper
import com.fasterxml.jackson.module.kotlin.kotlinModule
import io.github.shutdown4j.checkpoint.CheckpointCodec
import io.github.shutdown4j.checkpoint.CheckpointException
import io.github.shutdown4j.checkpoint.CheckpointStore
import java.io.InputStream
import java.io.OutputStream
import java.nio.file.Files

data class Item(val sku: String, val count: Int)
data class Cart(val owner: String, val items: List<Item> = emptyList(), val note: String? = null)
data class AllDefaults(val owner: String = "", val count: Int = 0)
@JvmRecord data class RecordCart(val owner: String, val count: Int, val skus: List<String>)
@JvmInline value class Sku(val text: String)
data class WithValueClass(val sku: Sku)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes(JsonSubTypes.Type(Paid::class, name = "paid"), JsonSubTypes.Type(Open::class, name = "open"))
sealed interface Payment
data class Paid(val cents: Long) : Payment
data object Open : Payment
data class Order(val payments: List<Payment>)

class KotlinCodec<T : Any>(private val type: Class<T>) : CheckpointCodec<T> {
    private val mapper = jsonMapper {
        addModule(kotlinModule())
        disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
    }
    override fun encode(state: T): ByteArray = mapper.writeValueAsBytes(state)
    override fun encode(state: T, out: OutputStream) = mapper.writeValue(out, state)
    override fun decode(json: ByteArray): T = mapper.readValue(json, type)
    override fun decode(json: InputStream): T = mapper.readValue(json, type)
}

fun <T : Any> outcome(state: T, codec: CheckpointCodec<T>?): String {
    val file = Files.createTempDirectory(java.nio.file.Path.of(System.getProperty("work")), "s").resolve("state.json")
    fun open() = CheckpointStore.builder(file, state.javaClass).apply { if (codec != null) codec(codec) }.open()
    return try {
        open().use { it.save(state) }
        if (open().use { it.load().state().orElseThrow() } == state) "comes back" else "CHANGED"
    } catch (e: CheckpointException) {
        "refused, ${e.kind()}"
    }
}

fun main() {
    val cart = Cart("ann", listOf(Item("a", 2)))
    println("data class, default codec: ${outcome(cart, null)}")
    println("data class, KotlinCodec: ${outcome(cart, KotlinCodec(Cart::class.java))}")
    println("data class with a default for each parameter, default codec: ${outcome(AllDefaults("x", 3), null)}")
    println("@JvmRecord data class, default codec: ${outcome(RecordCart("x", 3, listOf("a")), null)}")
    println("value class, KotlinCodec: ${outcome(WithValueClass(Sku("a")), KotlinCodec(WithValueClass::class.java))}")
    println("sealed interface, KotlinCodec: ${outcome(Order(listOf(Paid(3), Open)), KotlinCodec(Order::class.java))}")
    println("parameter added, with a default: ${KotlinCodec(Cart::class.java).decode("""{"owner":"ann"}""".toByteArray())}")
}
END
cat >java/States.java <<'END'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import lombok.AllArgsConstructor;
import lombok.Builder;
import lombok.Data;
import lombok.NoArgsConstructor;
import lombok.Singular;
import lombok.Value;
import lombok.extern.jackson.Jacksonized;

public class States {
    @Data @NoArgsConstructor @AllArgsConstructor public static class Bean { String owner; int count; }
    @Value public static class Plain { String owner; int count; }
    @Value @Builder public static class Built { String owner; int count; }
    @Value @Builder @Jacksonized public static class Known { String owner; @Singular("sku") List<String> skus; }

    static <T> void show(String what, T state) throws Exception {
        Path file = Files.createTempDirectory(Path.of(System.getProperty("work")), "s").resolve("state.json");
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) state.getClass();
        String outcome;
        try {
            try (var store = CheckpointStore.json(file, type)) {
                store.save(state);
            }
            try (var store = CheckpointStore.json(file, type)) {
                outcome = store.load().state().orElseThrow().equals(state) ? "comes back" : "CHANGED";
            }
        } catch (CheckpointException e) {
            outcome = "refused, " + e.kind();
        }
        System.out.println(what + ": " + outcome);
    }

    public static void main(String[] args) throws Exception {
        show("@Data with @NoArgsConstructor", new Bean("ann", 2));
        show("@Value", new Plain("ann", 2));
        show("@Value @Builder", Built.builder().owner("ann").build());
        show("@Value @Builder @Jacksonized", Known.builder().owner("ann").sku("a").build());
    }
}
END

{
    echo "Kotlin $kotlin, jackson-module-kotlin $jackson"
    "$java" -cp "$libraries" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn -jvm-target 17 \
        -cp "$libraries" -d out kotlin/States.kt
    "$java" -Dwork="$work" -cp "out:$libraries" StatesKt
    for config in plain properties; do
        cp java/States.java "java/$config/"
        if [ "$config" = properties ]; then
            echo 'lombok.anyConstructor.addConstructorProperties = true' >"java/$config/lombok.config"
            echo "Lombok $lombok, with addConstructorProperties"
        else
            echo "Lombok $lombok"
        fi
        mkdir -p "out/$config"
        javac -nowarn -d "out/$config" -cp "$libraries" -processorpath "lib/lombok-$lombok.jar" "java/$config/States.java"
        "$java" -Dwork="$work" -cp "out/$config:$libraries" States
    done
} | tee seen

diff -u - seen <<END
Kotlin $kotlin, jackson-module-kotlin $jackson
data class, default codec: refused, NOT_SAVED
data class, KotlinCodec: comes back
data class with a default for each parameter, default codec: comes back
@JvmRecord data class, default codec: comes back
value class, KotlinCodec: comes back
sealed interface, KotlinCodec: comes back
parameter added, with a default: Cart(owner=ann, items=[], note=null)
Lombok $lombok
@Data with @NoArgsConstructor: comes back
@Value: refused, NOT_SAVED
@Value @Builder: refused, NOT_SAVED
@Value @Builder @Jacksonized: comes back
Lombok $lombok, with addConstructorProperties
@Data with @NoArgsConstructor: comes back
@Value: comes back
@Value @Builder: comes back
@Value @Builder @Jacksonized: comes back
END
