-- Calls that go out: an operator is taken in the same statement that opens their call.

alter table calls.calls
  add column direction text not null default 'inbound' check (direction in ('inbound', 'outbound'));
comment on column calls.calls.caller is 'privacy.callers.id of the person outside, who calls or is called: opaque, outlives their row';
comment on column calls.records.caller is 'privacy.callers.id of the person outside, who called or was called';

-- Opens a call with its first entry and everything that must be true together with it. A leg that is known already (a carrier that asks
-- twice) answers with the call it has. Raises RD001 when an operator's row says that they are not free: then nothing happened.
drop function calls.open_call(
  text, text, text, text, text, text, text, bytea, text, timestamptz, smallint, jsonb, jsonb, text
);
create function calls.open_call(
  p_call text, p_organization text, p_number text, p_queue text, p_caller text,
  p_leg text, p_leg_kind text, p_sealed bytea, p_node text,
  p_at timestamptz, p_version smallint, p_input jsonb, p_state jsonb, p_status text,
  p_direction text, p_operator text, p_writes jsonb
) returns text language plpgsql as $$
declare
  known text;
  w jsonb;
begin
  insert into calls.calls (id, organization, number_id, queue, caller, status, arrived_at, sequence, node, direction, operator)
    values (p_call, p_organization,
      (select id from numbers.numbers where organization = p_organization and number = p_number),
      p_queue, p_caller, p_status, p_at, 1, p_node, p_direction, p_operator);
  insert into calls.legs (leg, call, organization, kind, sealed, created_at)
    values (p_leg, p_call, p_organization, p_leg_kind, p_sealed, p_at)
    on conflict (leg) do nothing;
  if not found then
    delete from calls.calls where id = p_call;
    select call into known from calls.legs where leg = p_leg;
    if not found then
      -- It was settled at this very moment.
      raise exception 'the leg is over' using errcode = 'RD002';
    end if;
    return known;
  end if;
  for w in select * from jsonb_array_elements(p_writes) loop
    perform calls.apply_write(p_call, p_organization, false, w);
  end loop;
  insert into calls.entries (call, sequence, organization, at, version, input, state)
    values (p_call, 1, p_organization, p_at, p_version, p_input, p_state);
  return p_call;
end $$;

create or replace function calls.apply_write(p_call text, p_organization text, p_late boolean, w jsonb) returns void
language plpgsql as $$
declare
  v_at timestamptz := to_timestamp((w ->> 'at')::double precision / 1000);
begin
  case w ->> 'type'
    when 'claim operator' then
      update queues.operators
        set status = 'on-call', ring_until = null, lease_until = v_at + interval '2 minutes', changed_at = now()
        where organization = p_organization and operator = w ->> 'operator' and call = p_call
          and (status = 'ringing' or p_late);
      if not found and not p_late then
        raise exception 'the operator is not ringing for this call' using errcode = 'RD001';
      end if;
    when 'take operator' then
      -- Whoever rings, talks or writes up has a call; so has one whom another control took a moment ago.
      insert into queues.operators (organization, operator, status, call, lease_until)
        values (p_organization, w ->> 'operator', 'on-call', p_call, v_at + interval '2 minutes')
        on conflict (organization, operator) do update
          set status = 'on-call', call = p_call, ring_until = null, wrap_up_until = null,
              lease_until = v_at + interval '2 minutes', changed_at = now()
          where queues.operators.call is null;
      if not found then
        raise exception 'the operator has a call' using errcode = 'RD001';
      end if;
    when 'free operators' then
      perform 1 from queues.operators
        where organization = p_organization and call = p_call order by operator for update;
      update queues.operators
        set status = wanted, call = null, ring_until = null, wrap_up_until = null, lease_until = null, changed_at = now()
        where organization = p_organization and call = p_call
          and operator in (select jsonb_array_elements_text(w -> 'operators'));
    when 'sign off operator' then
      update queues.operators
        set status = 'offline', wanted = 'offline', call = null, ring_until = null, wrap_up_until = null,
            lease_until = null, changed_at = now()
        where organization = p_organization and call = p_call and operator = w ->> 'operator';
    when 'wrap up operator' then
      update queues.operators
        set status = 'wrap-up', ring_until = null, lease_until = null, changed_at = now(),
            wrap_up_until = to_timestamp((w ->> 'until')::double precision / 1000)
        where organization = p_organization and call = p_call and operator = w ->> 'operator';
    when 'join' then
      insert into calls.participants (call, organization, party, role, joined_at)
        values (p_call, p_organization, w ->> 'party', w ->> 'role', v_at)
        on conflict do nothing;
    when 'leave' then
      update calls.participants set left_at = v_at
        where call = p_call and party = w ->> 'party' and left_at is null;
    when 'record' then
      insert into calls.records (call, organization, kind, direction, number_id, queue, caller, operator,
          arrived_at, answered_at, ended_at, result, reason)
        select c.id, c.organization, 'hybrid', c.direction, c.number_id, c.queue, c.caller, w ->> 'operator',
            c.arrived_at, to_timestamp((w ->> 'answeredAt')::double precision / 1000), v_at,
            w -> 'ending' ->> 'result', w -> 'ending' ->> 'reason'
          from calls.calls c where c.id = p_call
        on conflict (call) do nothing;
      -- Whoever joined by an entry that we were told was not written left with it.
      update calls.participants set left_at = v_at where call = p_call and left_at is null;
    else
      raise exception 'unknown write %', w ->> 'type';
  end case;
end $$;
