-- Which of a desk phone's contacts it wants to be called at first.

alter table carriers.contacts add column priority real not null default 1 check (priority between 0 and 1);
comment on column carriers.contacts.priority is 'The q of RFC 3261 section 10.2.1.2';
create index contacts_expire on carriers.contacts (expires_at);
