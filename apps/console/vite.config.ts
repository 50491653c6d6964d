import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The gateway serves `dist` at `/`; in development Vite serves the pages and passes everything else to the gateway.
const gateway = `http://${process.env.RINGDOWN_HTTP ?? 'localhost:8080'}`

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    sourcemap: true,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': { target: gateway, ws: true },
      '/carriers': { target: gateway, ws: true },
      '/phone': gateway,
    },
  },
})
