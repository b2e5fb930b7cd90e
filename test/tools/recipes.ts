import { gitopsRecipes } from './gitops-recipes.ts';
import { nodeRecipes } from './node-recipes.ts';
import { engineRecipes } from './pins.ts';

/** Every program that the tests know how to get, by the name that `program()` takes. */
export const recipes = { ...engineRecipes, ...nodeRecipes, ...gitopsRecipes } as const;

export type ProgramName = keyof typeof recipes;

/** What the tests of the engine run, in the order in which they are built. */
export const engineProgramNames = Object.keys(engineRecipes) as readonly ProgramName[];

/** Every name, in the order in which they are built. */
export const programNames = Object.keys(recipes) as readonly ProgramName[];
