create table statistics (
    happened_at timestamptz not null,
    kind        text not null,
    name        text not null,
    outcome     text not null,
    millis      bigint not null
);
