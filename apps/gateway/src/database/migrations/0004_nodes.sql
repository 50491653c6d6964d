-- Whose calls are whose, and operators who are held by a call of a node that is gone.

comment on column calls.calls.node is 'The node that runs this call, as its data folder names it; only its own control takes the call up';

-- Operators whose call is over or unknown, whose lease ran out, or whose wrap-up did a minute ago, are what they want to be
-- again. A control that lives ends a wrap-up by itself.
create or replace function queues.release_strays() returns setof text language sql as $$
  with strays as (
    select s.organization, s.operator from queues.operators s
      where s.call is not null and (
        s.lease_until < now()
        or s.wrap_up_until < now() - interval '1 minute'
        or not exists (select 1 from calls.calls c where c.id = s.call and c.status <> 'ended')
      )
      order by s.organization, s.operator for update of s
  )
  update queues.operators o
    set status = o.wanted, call = null, ring_until = null, wrap_up_until = null, lease_until = null, changed_at = now()
    from strays where o.organization = strays.organization and o.operator = strays.operator
    returning o.organization;
$$;
