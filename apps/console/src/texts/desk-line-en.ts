/** Answering with a desk phone. */
export const deskLineEn = {
  choice: 'Answer calls with',
  with: { browser: 'Browser', 'desk phone': 'Desk phone' },
  afterCall: 'You can change this after the call.',
  lead: {
    offline: 'No calls ring at your desk phone. Go available when you are ready to answer.',
    available: 'Calls ring at your desk phone, even with this page closed. Go offline when you leave.',
    ringing: 'A caller is waiting. Pick up your desk phone.',
    'on-call': 'You are talking with a caller on your desk phone.',
    'wrap-up': 'A moment for yourself. No calls ring until it is over.',
    'on-break': 'Rest. No calls ring at your desk phone until you come back.',
  },
  ready_one: 'Desk phone registered and ready',
  ready_other: '{{count}} desk phones registered and ready',
  missing: {
    title: 'Your desk phone is not registered: no calls reach you.',
    lead: 'Switch it on and check its network cable, or choose the browser to answer with.',
    page: 'Check its settings on the page Desk phones',
  },
  dialling: 'To call a number, choose Browser below.',
  ringsFor: 'Rings for {{time}} more',
  pickUp: 'Pick up your desk phone',
  talk: 'On your desk phone. It has its own key to mute.',
  parked: 'The sound of your desk phone broke off. The caller hears music; joining you again…',
}
