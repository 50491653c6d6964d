-- Trunks as data, desk phones, and which of the two an operator answers with.

alter table carriers.trunks
  add column enabled boolean not null default true,
  add column version integer not null default 1,
  add column settings jsonb not null default '{}',
  add column sealed_password bytea,
  add column changed_at timestamptz not null default now();
comment on column carriers.trunks.settings is 'TrunkSettings of the contract, without name, enabled and addresses; a missing one has its default';
comment on column carriers.trunks.sealed_password is 'Sealed for the purpose trunk-password, bound to this row''s id';

-- The password stays with the engine: the app role may write it and ask whether there is one, never read it.
alter table carriers.trunks add column has_password boolean generated always as (sealed_password is not null) stored;
revoke select on carriers.trunks from ringdown_app;
grant select (id, organization, name, addresses, any_loopback, enabled, version, settings, has_password, changed_at)
  on carriers.trunks to ringdown_app;
grant insert (id, organization, name, addresses, enabled, settings, sealed_password) on carriers.trunks to ringdown_app;
grant update (name, addresses, enabled, version, settings, sealed_password, changed_at) on carriers.trunks to ringdown_app;
grant delete on carriers.trunks to ringdown_app;

create table carriers.devices (
  id text primary key,
  organization text not null,
  member text not null,
  name text not null,
  username text not null unique,
  sealed_password bytea not null,
  made_at timestamptz not null default now()
);
comment on table carriers.devices is 'Desk phones: each registers with its own username and password';
comment on column carriers.devices.sealed_password is 'Sealed for the purpose device-password, bound to this row''s id';
create index devices_member on carriers.devices (organization, member);
call ringdown.make_tenant_table('carriers.devices');
grant select (id, organization, member, name, username, made_at) on carriers.devices to ringdown_app;
grant insert, delete on carriers.devices to ringdown_app;

create table carriers.contacts (
  device text not null references carriers.devices on delete cascade,
  organization text not null,
  uri text not null,
  transport text not null check (transport in ('udp', 'tcp', 'tls', 'ws', 'wss')),
  source_address text not null,
  source_port integer not null,
  call_id text not null,
  cseq bigint not null,
  user_agent text,
  expires_at timestamptz not null,
  primary key (device, uri)
);
comment on table carriers.contacts is 'Where a desk phone is reached until it expires (RFC 3261 section 10); it outlives control';
create index contacts_organization on carriers.contacts (organization);
call ringdown.make_tenant_table('carriers.contacts');
grant select on carriers.contacts to ringdown_app;

alter table queues.operators
  add column line text not null default 'browser' check (line in ('browser', 'desk phone'));
comment on column queues.operators.line is 'Where calls ring for this operator';
