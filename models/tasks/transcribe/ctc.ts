/** Connectionist temporal classification (Graves et al., 2006): from probabilities per frame to words with times. */

/** A word as it was recognised. Frames are the model's. */
export interface DecodedWord {
  text: string; // as it is written where no sentence begins
  start: number; // first frame
  end: number; // first frame behind it
  confidence: number; // probability that it was said, 0 to 1
}
