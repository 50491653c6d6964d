import type { Texts } from './en.ts'

export const deskLineEs: Texts['deskLine'] = {
  choice: 'Atender las llamadas con',
  with: { browser: 'Navegador', 'desk phone': 'Teléfono de mesa' },
  afterCall: 'Podrás cambiarlo después de la llamada.',
  lead: {
    offline: 'No suena ninguna llamada en tu teléfono de mesa. Ponte disponible cuando quieras atender.',
    available:
      'Las llamadas suenan en tu teléfono de mesa, aunque cierres esta página. Sal de línea cuando te vayas.',
    ringing: 'Alguien espera. Descuelga tu teléfono de mesa.',
    'on-call': 'Estás hablando con alguien por tu teléfono de mesa.',
    'wrap-up': 'Un momento para ti. No suena ninguna llamada hasta que termine.',
    'on-break': 'Descansa. No suena ninguna llamada en tu teléfono de mesa hasta que vuelvas.',
  },
  ready_one: 'Teléfono de mesa registrado y listo',
  ready_other: '{{count}} teléfonos de mesa registrados y listos',
  missing: {
    title: 'Tu teléfono de mesa no está registrado: no te llega ninguna llamada.',
    lead: 'Enciéndelo y revisa su cable de red, o elige el navegador para atender.',
    page: 'Revisa su configuración en la página Teléfonos de mesa',
  },
  dialling: 'Para llamar a un número, elige Navegador abajo.',
  ringsFor: 'Suena {{time}} más',
  pickUp: 'Descuelga tu teléfono de mesa',
  talk: 'En tu teléfono de mesa. Para silenciarte, usa su propia tecla.',
  parked: 'Se cortó el sonido de tu teléfono de mesa. La otra persona oye música; volviendo a unirte…',
}
