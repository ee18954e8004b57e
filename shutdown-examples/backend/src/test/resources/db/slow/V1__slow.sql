create table slow_done (id integer);
select pg_advisory_xact_lock(4711); -- until the test lets it continue
