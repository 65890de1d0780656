/** What every widget is told by its field. */
export interface ControlProps {
  pointer: string
  id: string
  label: string
  /** Id of the help or problem below. */
  described?: string | undefined
  required?: boolean
  bad?: 'error' | 'warning' | undefined
  onOpen?: ((uri: string) => void) | undefined
}

/** The look of a control with a problem. */
export function tone(bad: ControlProps['bad']): string {
  return bad === 'error' ? ' bad' : bad === 'warning' ? ' doubt' : ''
}

/** Attributes that bind a control to its problem or help. */
export function bound(props: ControlProps) {
  return {
    'aria-describedby': props.described,
    'aria-required': props.required || undefined,
    'aria-invalid': props.bad === 'error' || undefined,
  }
}
