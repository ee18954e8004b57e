#!/usr/bin/env bash
# CDI: Weld and OpenWebBeans call @PreDestroy in an order that has nothing to do with who uses whom: a pool ends before its users.
#
# guess:  beans are destroyed in the reverse order of their creation, or each one before those that are injected into it, as in Spring.
# seen:   Weld 6.0.3, OpenWebBeans 4.0.3, Spring 7.0.10, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Four beans, Server -> Service ->
#         Store -> Pool, created in the order Pool, Store, Service, Server:
#           Weld, @PreDestroy: each bean before what it uses=no
#           Weld, observers of Shutdown: each bean before what it uses=yes
#           OpenWebBeans, @PreDestroy: each bean before what it uses=no
#           OpenWebBeans, observers of Shutdown: not called
#           Spring, @PreDestroy: each bean before what it uses=yes
#         It is the order of a hash map. Weld ended Service, Pool, Store, Server in each run, and in another order when the classes had
#         other names; with OpenWebBeans it also changed from run to run. So the store outlives its pool, and the server, which ends its
#         requests, may come last. CDI does not promise an order.
# matters to: CDI applications that release resources in @PreDestroy, or drain there: observe Shutdown (CDI 4) with @Priority, or close
#         what depends on each other in one bean.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fetch() { # folder, coordinates
    local folder=$1 group artifact version
    shift
    mkdir "$folder"
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>order</artifactId><version>1</version>'
        echo '<dependencies>'
        for coordinates in "$@"; do
            IFS=: read -r group artifact version <<< "$coordinates"
            echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
        done
        echo '</dependencies></project>'
    } > "$folder/pom.xml"
    mvn -q -B -f "$folder/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DoutputDirectory=lib || { echo "needs Maven, and what it fetches"; exit 2; }
}
fetch weld org.jboss.weld.se:weld-se-core:6.0.3.Final
fetch owb org.apache.openwebbeans:openwebbeans-se:4.0.3 jakarta.platform:jakarta.jakartaee-api:10.0.0
fetch spring org.springframework:spring-context:7.0.10 jakarta.annotation:jakarta.annotation-api:3.0.0

cat > Cdi.java <<'JAVA'
package order;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

public class Cdi {
    private static final int CONTAINERS = 5;
    private static final List<String> CREATED = new ArrayList<>();
    private static final List<String> DESTROYED = new ArrayList<>();
    private static final List<String> SHUT_DOWN = new ArrayList<>();

    public abstract static class Part {
        /** A method call, so that the container creates the bean. */
        public void use() {}

        @PostConstruct
        void created() {
            uses();
            CREATED.add(getClass().getSimpleName());
        }

        @PreDestroy
        void destroyed() {
            DESTROYED.add(getClass().getSimpleName());
        }

        void uses() {}
    }

    @ApplicationScoped
    public static class Pool extends Part {
        void end(@Observes @Priority(4) Shutdown shutdown) {
            SHUT_DOWN.add("Pool");
        }
    }

    @ApplicationScoped
    public static class Store extends Part {
        @Inject
        Pool pool;

        @Override
        void uses() {
            pool.use();
        }

        void end(@Observes @Priority(3) Shutdown shutdown) {
            SHUT_DOWN.add("Store");
        }
    }

    @ApplicationScoped
    public static class Service extends Part {
        @Inject
        Store store;

        @Override
        void uses() {
            store.use();
        }

        void end(@Observes @Priority(2) Shutdown shutdown) {
            SHUT_DOWN.add("Service");
        }
    }

    @ApplicationScoped
    public static class Server extends Part {
        @Inject
        Service service;

        @Override
        void uses() {
            service.use();
        }

        void end(@Observes @Priority(1) Shutdown shutdown) {
            SHUT_DOWN.add("Server");
        }
    }

    public static void main(String[] args) {
        int early = 0;
        int earlyObservers = 0;
        for (int i = 0; i < CONTAINERS; i++) {
            CREATED.clear();
            DESTROYED.clear();
            SHUT_DOWN.clear();
            SeContainer container = SeContainerInitializer.newInstance()
                    .disableDiscovery()
                    .addBeanClasses(Pool.class, Store.class, Service.class, Server.class)
                    .initialize();
            container.select(Server.class).get().use();
            container.close();
            System.err.println(args[0] + ", created: " + CREATED + ", destroyed: " + DESTROYED + ", shut down: " + SHUT_DOWN);
            early += DESTROYED.equals(List.of("Server", "Service", "Store", "Pool")) ? 0 : 1;
            earlyObservers += SHUT_DOWN.equals(List.of("Server", "Service", "Store", "Pool")) ? 0 : 1;
        }
        System.out.println(args[0] + ", @PreDestroy: each bean before what it uses=" + (early == 0 ? "yes" : "no"));
        String observers = SHUT_DOWN.isEmpty() ? "not called" : "each bean before what it uses=" + (earlyObservers == 0 ? "yes" : "no");
        System.out.println(args[0] + ", observers of Shutdown: " + observers);
    }
}
JAVA

cat > InSpring.java <<'JAVA'
import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

public class InSpring {
    private static final List<String> DESTROYED = new ArrayList<>();

    abstract static class Part {
        @PreDestroy
        void destroyed() {
            DESTROYED.add(getClass().getSimpleName());
        }
    }

    static class Pool extends Part {}

    static class Store extends Part {
        Store(Pool pool) {}
    }

    static class Service extends Part {
        Service(Store store) {}
    }

    static class Server extends Part {
        Server(Service service) {}
    }

    public static void main(String[] args) {
        new AnnotationConfigApplicationContext(Store.class, Server.class, Pool.class, Service.class).close();
        boolean ordered = DESTROYED.equals(List.of("Server", "Service", "Store", "Pool"));
        System.out.println("Spring, @PreDestroy: each bean before what it uses=" + (ordered ? "yes" : "no"));
    }
}
JAVA

run() { # name, folder
    javac -proc:none --release 17 -cp "$2/lib/*" -d "$2" Cdi.java # OpenWebBeans reads class files
    java -cp "$2:$2/lib/*" order.Cdi "$1" 2>> log
}
seen=$(
    run Weld weld | grep '^Weld,' # it prints a line of its own
    run OpenWebBeans owb
    javac -proc:none -cp 'spring/lib/*' -d spring InSpring.java
    java -cp 'spring:spring/lib/*' InSpring 2>> log
)
expected='Weld, @PreDestroy: each bean before what it uses=no
Weld, observers of Shutdown: each bean before what it uses=yes
OpenWebBeans, @PreDestroy: each bean before what it uses=no
OpenWebBeans, observers of Shutdown: not called
Spring, @PreDestroy: each bean before what it uses=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
