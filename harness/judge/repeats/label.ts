/** "steady, repeat 2": what one run of a scenario is called among its repeats. */
export function repeatLabel(scenario: string, repeat: number): string {
  return `${scenario}, repeat ${repeat}`;
}
