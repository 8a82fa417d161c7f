/** The words of Speech Commands (Warden 2018, second release) in the orders of published classifiers. */

/** state-spaces/s4 with all classes */
export const S4_WORDS = [
  'bed', 'cat', 'down', 'five', 'forward', 'go', 'house', 'left', 'marvin', 'no', 'on', 'right', 'sheila', 'tree', 'up', 'visual', 'yes',
  'backward', 'bird', 'dog', 'eight', 'follow', 'four', 'happy', 'learn', 'nine', 'off', 'one', 'seven', 'six', 'stop', 'three', 'two', 'wow', 'zero',
];

/** state-spaces/s4 with ten classes */
export const S4_TEN_WORDS = ['yes', 'no', 'up', 'down', 'left', 'right', 'on', 'off', 'stop', 'go'];

/** Audio Mamba, as AST before it */
export const AUDIO_MAMBA_WORDS = [
  'backward', 'follow', 'five', 'bed', 'zero', 'on', 'learn', 'two', 'house', 'tree', 'dog', 'stop', 'seven', 'eight', 'down', 'six', 'forward', 'cat',
  'right', 'visual', 'four', 'wow', 'no', 'nine', 'off', 'three', 'left', 'marvin', 'yes', 'up', 'sheila', 'happy', 'bird', 'go', 'one',
];
