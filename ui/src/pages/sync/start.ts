// Begins a sync. How it goes arrives as events; without a server the page that connects opens.
import { apiError, call, type ApiError, type SyncReport } from '@/backend'
import { touch } from '@/shared/query.svelte'
import { router } from '@/shared/router.svelte'

export type Ended = { report: SyncReport } | { error: ApiError }

/** Syncs now; answers how it ended, or nothing when it did not begin. */
export async function startSync(): Promise<Ended | undefined> {
  const status = await call('sync_status', {}).catch(() => undefined)
  if (!status?.server || status.signed_out) {
    router.go({ page: 'sync' })
    return undefined
  }
  if (status.running) return undefined
  try {
    touch(['sync'])
    return { report: await call('sync', {}) }
  } catch (thrown) {
    return { error: apiError(thrown) }
  } finally {
    touch(['sync', 'conflicts', 'drafts'])
  }
}
