-- Desk phones that ring or talk, so that the next control goes on with them.

create table calls.desk_legs (
  leg text primary key,
  call text not null references calls.calls on delete cascade,
  organization text not null,
  operator text not null,
  worker integer not null,
  endpoint text not null,
  sealed bytea not null,
  node text not null,
  made_at timestamptz not null default now()
);
comment on table calls.desk_legs is 'Telephones of operators that are called for a call, until their far ends know that it is over';
comment on column calls.desk_legs.sealed is 'What the leg goes on from, sealed for the purpose leg; it holds keys and addresses';
create index desk_legs_call on calls.desk_legs (call);
create index desk_legs_node on calls.desk_legs (node);
call ringdown.make_tenant_table('calls.desk_legs');
