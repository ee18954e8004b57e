create table projects (
    id          bigint generated always as identity primary key,
    name        text not null unique,
    description text not null,
    created_at  timestamptz not null default now(),
    changed_at  timestamptz not null default now()
);
