import { expect, it } from 'vitest';
import { LABEL_SETS, type LabelSet } from '../../../models/cards/card';
import { labelsOf } from '../../../models/tasks/classify/labels';
import { rank, scoresOf } from '../../../models/tasks/classify/ranking';
import { classesCsv, classesJson, classesText } from '../../../models/tasks/classify/written';

it('every set has as many names as the card says', () => {
  for (const [set, count] of Object.entries(LABEL_SETS)) expect(labelsOf({ labels: set as LabelSet })).toHaveLength(count);
  expect(labelsOf({ labels: 'imagenet-1k' })[281]).toBe('tabby, tabby cat');
});

it('scores are of one class out of all, also of huge outputs, or of each by itself', () => {
  const scores = scoresOf(Float32Array.of(1000, 1000 + Math.log(3), -1000), 'softmax');
  expect([...scores].map((score) => Number(score.toFixed(4)))).toEqual([0.25, 0.75, 0]);
  expect([...scoresOf(Float32Array.of(0, 100, -100), 'sigmoid')]).toEqual([0.5, 1, expect.closeTo(0)]);
});

const classes = rank(Float32Array.of(0.25, 0.5, 0.25), ['crane', 'tabby, "tabby cat"', '=formula'], 2);
const classified = { file: 'a,b.png', model: 'vim', classes };

it('ranks the highest first, of equal ones the first', () => expect(classes.map(({ index }) => index)).toEqual([1, 0]));

it('is written as JSON, CSV and text', () => {
  expect(JSON.parse(classesJson(classified))).toEqual({ file: 'a,b.png', model: 'vim', classes: [{ index: 1, label: 'tabby, "tabby cat"', score: 0.5 }, { index: 0, label: 'crane', score: 0.25 }] });
  expect(classesCsv(classified)).toBe('file,rank,class,label,score\n"a,b.png",1,1,"tabby, ""tabby cat""",0.500000\n"a,b.png",2,0,crane,0.250000\n');
  expect(classesText(classified)).toBe(' 50.00 %  tabby, "tabby cat"\n 25.00 %  crane\n');
});
