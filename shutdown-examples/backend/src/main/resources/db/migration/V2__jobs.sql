-- One row for each job that is done, written together with its effect.
create table jobs (
    id      text primary key,
    type    text not null,
    run_id  bigint not null,
    done_at timestamptz not null default now()
);

-- One row for each time that somebody began a job.
create table job_runs (
    id       bigint generated always as identity primary key,
    job_id   text not null,
    type     text not null,
    instance text not null,
    began_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome  text not null default 'running'
);
create index job_runs_job on job_runs (job_id);

-- How many items of a job of type B are done.
create table cursors (
    job_id   text primary key,
    position integer not null
);
