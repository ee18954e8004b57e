#!/usr/bin/env bash
# A bean that a Spring bean has asked for through a provider is destroyed before the bean that uses it.
#
# guess:  Spring destroys the user first, however it has got the bean: by its constructor, ObjectProvider, Provider, @Lazy or getBean.
# seen:   Spring Framework 7.0.10, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A service asks for a pool when it first needs it, and
#         looks in its own destroy() whether that pool is closed:
#           constructor: open
#           List in the constructor: open
#           @Lazy: open
#           ObjectProvider: closed
#           ObjectProvider in the constructor: open
#           Provider of jakarta.inject: closed
#           @Lookup: closed
#           ApplicationContext.getBean: closed
#           ObjectProvider, @DependsOn: open
#         A provider does not record the dependency. The order of destruction is then the reverse of that of creation, and a bean that is
#         asked for later is created later, so it ends first. It makes no difference whether the pool is a lazy bean. @Lazy records it at
#         the first use, and @DependsOn creates the pool before.
# matters to: services that still write in their destroy method, to what they have got through a provider; @Lazy instead, or @DependsOn.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2 if the dependencies cannot be
# fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>providers</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-context</artifactId><version>7.0.10</version></dependency>
    <dependency><groupId>jakarta.inject</groupId><artifactId>jakarta.inject-api</artifactId><version>2.0.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Providers.java <<'JAVA'
import jakarta.inject.Provider;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Lookup;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Lazy;

public class Providers {
    public static class Pool implements DisposableBean {
        private boolean closed;

        public boolean isClosed() {
            return closed;
        }

        @Override
        public void destroy() {
            closed = true;
        }
    }

    abstract static class Service implements DisposableBean {
        private final Supplier<Pool> source;
        private Pool pool;
        String seen;

        Service(Supplier<Pool> source) {
            this.source = source;
        }

        void work() {
            pool = source.get();
            if (pool.isClosed()) {
                throw new IllegalStateException("closed too early");
            }
        }

        @Override
        public void destroy() {
            seen = pool.isClosed() ? "closed" : "open";
        }
    }

    static class ByConstructor extends Service {
        ByConstructor(Pool pool) {
            super(() -> pool);
        }
    }

    static class ByList extends Service {
        ByList(List<Pool> pools) {
            super(() -> pools.get(0));
        }
    }

    static class ByLazy extends Service {
        ByLazy(@Lazy Pool pool) {
            super(() -> pool);
        }
    }

    static class ByObjectProvider extends Service {
        ByObjectProvider(ObjectProvider<Pool> pools) {
            super(pools::getObject);
        }
    }

    static class ByObjectProviderAtOnce extends ByConstructor {
        ByObjectProviderAtOnce(ObjectProvider<Pool> pools) {
            super(pools.getObject());
        }
    }

    static class ByProvider extends Service {
        ByProvider(Provider<Pool> pools) {
            super(pools::get);
        }
    }

    abstract static class ByLookup extends Service {
        ByLookup() {
            super(null);
        }

        @Lookup
        abstract Pool pool();

        @Override
        void work() {
            super.pool = pool();
        }
    }

    static class ByContext extends Service {
        ByContext(ApplicationContext context) {
            super(() -> context.getBean(Pool.class));
        }
    }

    @DependsOn("pool")
    static class ByObjectProviderAndDependsOn extends ByObjectProvider {
        ByObjectProviderAndDependsOn(ObjectProvider<Pool> pools) {
            super(pools);
        }
    }

    public static void main(String[] args) {
        report("constructor", ByConstructor.class);
        report("List in the constructor", ByList.class);
        report("@Lazy", ByLazy.class);
        report("ObjectProvider", ByObjectProvider.class);
        report("ObjectProvider in the constructor", ByObjectProviderAtOnce.class);
        report("Provider of jakarta.inject", ByProvider.class);
        report("@Lookup", ByLookup.class);
        report("ApplicationContext.getBean", ByContext.class);
        report("ObjectProvider, @DependsOn", ByObjectProviderAndDependsOn.class);
    }

    private static void report(String title, Class<? extends Service> type) {
        String eager = run(type, false);
        String lazy = run(type, true);
        System.out.println(title + ": " + (eager.equals(lazy) ? eager : eager + ", as a lazy bean " + lazy));
    }

    private static String run(Class<? extends Service> type, boolean lazy) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("service", type);
        context.registerBean("pool", Pool.class, definition -> definition.setLazyInit(lazy));
        context.refresh();
        Service service = context.getBean(Service.class);
        service.work();
        context.close();
        return service.seen;
    }
}
JAVA
javac -cp 'lib/*' Providers.java

seen=$(java -cp '.:lib/*' Providers 2> log) || true
expected='constructor: open
List in the constructor: open
@Lazy: open
ObjectProvider: closed
ObjectProvider in the constructor: open
Provider of jakarta.inject: closed
@Lookup: closed
ApplicationContext.getBean: closed
ObjectProvider, @DependsOn: open'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
