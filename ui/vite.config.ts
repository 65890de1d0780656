import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  resolve: { alias: { '@schemas': folder('../schemas'), '@': folder('./src') } },
  server: {
    port: 5173,
    strictPort: true,
    host: '127.0.0.1',
    fs: { allow: ['..'] },
    // With FONDS_URL the pages ask a running `fonds serve`.
    proxy: process.env.FONDS_URL
      ? Object.fromEntries(
          ['/call', '/events'].map((path) => [path, { target: process.env.FONDS_URL!, changeOrigin: true }]),
        )
      : {},
  },
  build: { target: 'safari16', outDir: 'dist', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node' },
})
