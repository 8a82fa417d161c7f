/** Calls `action` at once, then at most every `ms`, and once more for what came in between. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private pending = false;

  constructor(
    private readonly ms: number,
    private readonly action: () => void,
  ) {}

  call(): void {
    if (this.timer !== undefined) {
      this.pending = true;
      return;
    }
    this.action();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.pending) this.call();
    }, this.ms);
    this.timer.unref();
    this.pending = false;
  }

  /** Now, whatever was said when. */
  flush(): void {
    this.end();
    this.action();
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = false;
  }
}
