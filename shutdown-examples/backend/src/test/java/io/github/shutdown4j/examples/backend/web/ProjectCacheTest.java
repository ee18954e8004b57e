package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

import io.github.shutdown4j.examples.backend.TestServers;

import static org.assertj.core.api.Assertions.assertThat;

class ProjectCacheTest {

    private static final long ID = 4711;

    private final RedisClient client = RedisClient.create(TestServers.redisUrl());
    private final AtomicInteger loads = new AtomicInteger();
    private boolean down;

    private final ProjectCache cache = new ProjectCache(new ProjectCache.Redis() {
        @Override
        public <T> T call(Function<UnifiedJedis, T> command) throws IOException {
            if (down) {
                throw new IOException("down");
            }
            return command.apply(client);
        }

        @Override
        public boolean isAvailable() {
            return true;
        }
    });

    @BeforeEach
    void empty() {
        client.del("projects:" + ID, "projects:" + ID + ":version");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static Project project(String name) {
        Instant at = Instant.parse("2026-01-02T03:04:05.678901Z");
        return new Project(ID, name, "", at, at);
    }

    private Optional<Project> find(String inDatabase) throws Exception {
        return cache.find(ID, () -> {
            loads.incrementAndGet();
            return Optional.of(project(inDatabase));
        });
    }

    @Test
    void aSecondReadComesFromRedisUntilAChange() throws Exception {
        assertThat(find("old")).contains(project("old"));
        assertThat(find("new")).contains(project("old"));
        assertThat(loads).hasValue(1);
        cache.evict(ID);
        assertThat(find("new")).contains(project("new"));
        assertThat(loads).hasValue(2);
        try (Jedis jedis = new Jedis(URI.create(TestServers.redisUrl()))) {
            assertThat(jedis.ttl("projects:" + ID)).isBetween(1L, 60L);
        }
    }

    @Test
    void aValueReadBeforeAChangeIsNotCachedAfterIt() throws Exception {
        assertThat(cache.find(ID, () -> {
                    cache.evict(ID); // the change comes between the read and the write
                    return Optional.of(project("old"));
                }))
                .contains(project("old"));
        assertThat(find("new")).contains(project("new"));
    }

    @Test
    void withoutRedisEveryReadGoesToTheDatabase() throws Exception {
        down = true;
        assertThat(find("one")).contains(project("one"));
        cache.evict(ID);
        assertThat(find("two")).contains(project("two"));
        assertThat(loads).hasValue(2);
    }

    @Test
    void whatAnotherProgramHasWrittenThereIsNoError() throws Exception {
        client.set("projects:" + ID, "{\"id\": \"nonsense\"}");
        assertThat(find("one")).contains(project("one"));
    }

    @Test
    void whatRedisRejectsIsNoErrorEither() throws Exception {
        client.rpush("projects:" + ID + ":version", "no number"); // like a user without permission for these keys
        assertThat(find("one")).contains(project("one"));
        cache.evict(ID);
        assertThat(find("two")).contains(project("two"));
    }
}
