import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // A virtual machine that stands still in the middle gets a second chance, and the report says so.
    retry: 1,
  },
});
