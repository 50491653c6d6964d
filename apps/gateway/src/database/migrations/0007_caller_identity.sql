-- What was proved about the number of whoever called, kept with the record.

alter table calls.records add column identity text check (identity in ('A', 'B', 'C', 'unverified', 'failed'));
comment on column calls.records.identity is
  'SHAKEN attestation of the caller''s number, that it was not verified, or that it was wrong; null: nothing was said, or it was not known in time';

-- The record takes it from the entry that stands when it is written: whatever is found out later comes too late for it.
create function calls.take_identity() returns trigger language plpgsql as $$
begin
  new.identity := (
    select said from (
      select e.state -> 'facts' ->> 'identity' as said from calls.entries e
        where e.call = new.call order by e.sequence desc limit 1
    ) last_entry where said in ('A', 'B', 'C', 'unverified', 'failed')
  );
  return new;
end $$;

create trigger take_identity before insert on calls.records for each row execute function calls.take_identity();
