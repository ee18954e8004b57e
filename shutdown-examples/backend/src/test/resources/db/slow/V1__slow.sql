create table slow_done (id integer);
select pg_sleep(2);
