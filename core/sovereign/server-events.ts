/** Takes the data out of a text/event-stream as it arrives; comments and other fields are passed over. */
export class ServerEvents {
  /** Parts of the line that has not ended. */
  #line: string[] = [];
  #data: string[] = [];

  /** The events that end in this part, each as its data. */
  push(part: string): string[] {
    const [first = '', ...rest] = part.split('\n');
    this.#line.push(first);
    const events: string[] = [];
    for (const next of rest) {
      events.push(...this.#take(this.#line.join('').replace(/\r$/, '')));
      this.#line = [next];
    }
    return events;
  }

  /** What stands there once the stream is over: a last event may lack its empty line. */
  end(): string[] {
    return this.push('\n\n');
  }

  #take(line: string): string[] {
    if (line !== '') {
      const field = /^data:? ?/.exec(line);
      if (field) this.#data.push(line.slice(field[0].length));
      return [];
    }
    const event = this.#data.join('\n');
    this.#data = [];
    return event === '' ? [] : [event];
  }
}
