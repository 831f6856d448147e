import type {CompiledGraph} from './compile-graph';
export const cachedGraph = (_w: string, _k: unknown, make: () => CompiledGraph): CompiledGraph => make();
