create table link (
    id              bigint generated always as identity primary key,
    code            text not null unique,
    url             text not null,
    idempotency_key text unique
);

create table visit (
    link bigint not null references link,
    at   timestamptz not null default now()
);

create index on visit (link);

create table object (
    name text primary key
);

grant select, insert on all tables in schema public to functions;
