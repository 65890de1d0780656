// Times in words: today 9:41, this week Thu 16:20, else 12 Nov 2025.
import { language } from '@/i18n'

/** A moment as people say it. */
export function moment(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return ''
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }).format(at)
  if (at.toDateString() === now.toDateString()) return clock
  const days = (now.getTime() - at.getTime()) / 86_400_000
  if (days >= 0 && days < 6) return `${new Intl.DateTimeFormat(language, { weekday: 'short' }).format(at)} ${clock}`
  const day = new Intl.DateTimeFormat(`${language}-GB`, { day: 'numeric', month: 'short', year: 'numeric' })
  return day.format(at)
}

/** A whole number as the language writes it. */
export const count = (n: number): string => new Intl.NumberFormat(language).format(n)

/** A day as people write it; anything that is no whole day stays as it is. */
export function day(iso: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return iso
  const long = new Intl.DateTimeFormat(`${language}-GB`, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  return long.format(new Date(`${iso}T00:00:00Z`))
}
