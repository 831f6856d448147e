/**
 * The public API of hidden-gaussian.
 *
 *     images -> Dataset -> Denoiser -> sampler or analysis -> table -> figure
 *
 * @example
 * import * as hg from 'hidden-gaussian';
 * const {train, heldOut} = hg.loadFashionMnist({dir: 'data/fashion-mnist', resolution: 16});
 * const gaussian = hg.gaussianDenoiser(hg.gaussianStats(train));
 */

// Contracts
export type {
  Dataset, Denoiser, ImageShape, Interval, Labels, LabelVectors, OnProgress, Progress, Rng,
} from './types';
export {projectPaths} from './paths';
export type {ProjectPaths} from './paths';

// TensorFlow: randomness, traced functions, raw ops
export {tf} from './backend/tf';
export {createRng, randomNormal, randomUniform} from './backend/rng';
export {trace} from './backend/trace';
export type {
  AnyTensor, AnyTensors, RunOptions, StateChanges, Tensors, TraceableFunction, Traced,
  TraceOptions,
} from './backend/trace';
export {rawOp} from './backend/raw-op';

// Data
export {CIFAR10_CLASSES, loadCifar10} from './data/cifar10';
export {createDataset, imagesToFloat32, selectImages} from './data/dataset';
export {imagesToTensor} from './data/dataset-tensor';
export {downloadFashionMnist} from './data/fashion-mnist-download';
export {FASHION_MNIST_CLASSES, loadFashionMnist} from './data/fashion-mnist';
export {flipImages} from './data/flip';
export {readIdxDataset} from './data/idx';
export {loadImageFolder} from './data/image-folder';
export {collectionOf} from './data/image-collection';
export type {LoadImagesOptions} from './data/image-options';
export {loadImageZip} from './data/image-zip';
export {loadDataset, openDataset} from './data/load-dataset';
export type {LoadDatasetOptions} from './data/load-dataset';
export {areaMean, padImages} from './data/resample';
export {disjointHalves, heldOutSplit, subset} from './data/split';
export {writeImageZip} from './data/write-image-zip';

// Denoisers D(x; sigma)
export {gaussianDenoiser, wienerWeights} from './denoisers/gaussian';
export type {AffineMap} from './denoisers/gaussian';
export {fitGaussian, gaussianStats} from './denoisers/gaussian-stats';
export type {GaussianOptions, GaussianStats} from './denoisers/gaussian-stats';
export {linearDenoiser} from './denoisers/linear';
export type {LinearWeights} from './denoisers/linear';
export {multiDeltaDenoiser} from './denoisers/multi-delta';
export {networkDenoiser} from './denoisers/network';
export type {ImageSource} from './denoisers/image-rows';

// Networks and training
export {songUNet} from './networks/song-unet';
export type {SongUNetOptions} from './networks/song-unet';
export {dhariwalUNet} from './networks/dhariwal-unet';
export type {DhariwalUNetOptions} from './networks/dhariwal-unet';
export type {Conditions, Network} from './networks/network';
export {
  edmPreconditioning, iddpmPreconditioning, precondition, vePreconditioning, vpPreconditioning,
} from './networks/preconditioning';
export type {PreconditionedNetwork, Preconditioning} from './networks/preconditioning';
export {edmModel} from './networks/edm-model';
export type {EdmModel} from './networks/edm-model';
export {edmModelConfig} from './networks/edm-options';
export type {EdmModelConfig} from './networks/edm-options';
export {loadParameters} from './networks/load-parameters';
export {parameterCount, parametersFromPyTorch, parametersToPyTorch} from './networks/parameters';
export {train} from './training/train';
export {modelFor} from './training/model-for';
export type {Checkpoint, SinceRow} from './training/checkpoint';
export {checkNeeds, trainingNeeds} from './training/needs';
export type {TrainingNeeds} from './training/needs';
export type {LogRow, TrainCallbacks} from './training/train';
export {DEFAULT_TRAIN_OPTIONS, trainOptions} from './training/options';
export type {TrainOptions} from './training/options';
export {dsmLoss} from './training/loss';
export {fitLinearAdam, paperLearningRate} from './training/fit-linear-adam';
export {fitLinearClosedForm} from './training/fit-linear-closed-form';
export {leastSquaresFromPairs} from './training/least-squares';

// Model folders: networks in and out
export {denoiseFile} from './models/denoise-file';
export {importEdm} from './models/import-edm';
export {loadModel, saveModel} from './models/model-folder';
export type {TrainedModel} from './models/model-folder';
export {exportRun} from './experiments/export-run';

// Sampling
export {karrasSchedule} from './sampling/schedule';
export {sampleEuler} from './sampling/euler';
export {sampleHeun} from './sampling/heun';
export {gaussianPath} from './sampling/gaussian-path';
export {startNoise} from './sampling/start-noise';
export type {SampleOptions, SampleResult, Trajectory} from './sampling/solver';

// Analysis
export {bootstrapMean, bootstrapStatistic, pairedDifference} from './analysis/bootstrap';
export {wilsonInterval} from './analysis/wilson';
export {linearityCurve, pairLinearity} from './analysis/linearity';
export type {LinearityCurve, LinearityPoint} from './analysis/linearity';
export {calibrateOnHeldOut, memorizationScores} from './analysis/memorization';
export type {MemorizationResult} from './analysis/memorization';
export {nearestImages} from './analysis/nearest';
export {noisyInputs, trajectoryInputs} from './analysis/noisy-inputs';
export {compareDenoisers, distanceGap, sampleDistance} from './analysis/score-difference';
export type {DenoiserDistance} from './analysis/score-difference';
export {basisOverlap, leftSingularVectors, principalBasis, weightNmse} from './analysis/spectra';
export {earlyStopping} from './analysis/early-stopping';
export {judgeNovelty} from './analysis/novelty';
export type {Novelty, NoveltyVerdict} from './analysis/novelty';
export {stoppingAdvice} from './analysis/stopping-advice';
export type {CheckpointEvidence, StoppingAdvice} from './analysis/stopping-advice';
export {sampleSimilarity} from './analysis/strong-generalization';
export {trendTest} from './analysis/trend';

// Runs
export {openRunStore} from './store/run-store';
export type {
  RunFolder, RunRequest, RunResult, RunState, RunStore, RunStoreOptions, StoredRun,
} from './store/run-store';
export type {RunFiles} from './store/run-folder';
export type {LockTimes} from './store/run-lock';
export type {RunProgress} from './store/run-progress';
export type {ComputeDevice, Provenance} from './store/provenance';
export {isInterrupted} from './store/interruption';
export type {InterruptedError} from './store/interruption';
export {listRuns} from './store/list-runs';
export type {RunEntry} from './store/list-runs';
export {verifyRun} from './store/verify-run';
export type {RunVerification} from './store/verify-run';
export {openSafetensors, readSafetensors, writeSafetensors} from './store/safetensors';
export type {NamedArray, SafetensorsReader} from './store/safetensors';

// Experiments: the paper's sections
export {profileOf} from './experiments/profiles';
export type {Profile} from './experiments/profiles';
export {planOf} from './experiments/plan';
export type {Plan, PlannedRun} from './experiments/plan';
export {measureSpeed} from './experiments/training-speed';
export {closestToGaussian, measureCheckpoint, middleDistance} from './experiments/checkpoints';
export type {CheckpointMeasures} from './experiments/checkpoints';
export {figuresDir, openWorkspace} from './experiments/workspace';
export type {Workspace} from './experiments/workspace';
export {trainRun} from './experiments/train-run';
export type {TrainRun, TrainRunRequest} from './experiments/train-run';
export {openTrainRun} from './experiments/train-run';
export {trainOnImages} from './experiments/train-on-images';
export type {OwnTraining, TrainOnImagesOptions} from './experiments/train-on-images';
export type {OwnImages} from './experiments/own-images';
export {openRunStudy} from './experiments/run-study';
export type {RunStudy, RunStudyOptions} from './experiments/run-study';
export {adviseRun} from './experiments/advise-run';
export type {RunAdvice} from './experiments/advise-run';
export type {StoredLogRow} from './experiments/training-files';
export {CLAIMS, gatherClaims, saveClaims} from './experiments/claims';
export type {Claim} from './experiments/claims';
export {linearFitOf, linearityOf, samplesOf, sharedNoise} from './experiments/measure';
export {denoisingError, sampleFromMemory} from './experiments/optimal-denoiser';
export {
  alphaSweep, linearityClaims, linearityReferences, lowestScore, relativeGl, seedSweep,
  sizeSweep,
} from './experiments/emerging-linearity';
export {
  distancesToNetwork, distillationControl, explainRun, linearAgainstGaussian, trajectories,
} from './experiments/gaussian-bias';
export {gaussianBiasClaims, networkClaims} from './experiments/gaussian-bias-claims';
export {exampleFiles} from './experiments/example-files';
export {explainOwnNetwork, openOwnStudy} from './experiments/own-study';
export type {OwnStudy, OwnStudyOptions} from './experiments/own-study';
export {gradientDescent} from './experiments/gradient-descent';
export {
  biasClaims, gaussianSamples, sizePoints, timeSweep, widthSweep,
} from './experiments/capacity-and-time';

// Reports: pages about runs and samples
export {measureNovelty, noveltyPage} from './reports/novelty-report';
export type {MeasureNoveltyOptions, NoveltyReport} from './reports/novelty-report';
export {readSamples} from './reports/samples-source';
export type {NamedSamples} from './reports/samples-source';
export {samplesOfRun} from './reports/run-samples';
export {measureRun} from './reports/run-report';
export type {RunReport} from './reports/run-report';
export {runPage} from './reports/run-page';
export {createPictures} from './reports/pictures';
export type {Pictures} from './reports/pictures';

// Figures, tables, progress
export {imageGrid} from './figures/image-grid';
export {lineFigure, linePanels} from './figures/line-figure';
export {overlapHeatmap} from './figures/heatmap';
export {scatterFigure} from './figures/scatter-figure';
export {formatSigma, SIGMA_REGIMES, SIGMA_TITLE} from './figures/sigma-axis';
export {DENOISER_STYLES} from './figures/theme';
export {createFigureExporter} from './figures/export';
export {showFigure} from './figures/show';
export type {PlotlyFigure} from './figures/types';
export {createTable} from './tables/create-table';
export {formatInterval, formatNumber} from './tables/format';
export {showTable, tableToMarkdown} from './tables/show-table';
export {tableToCsv} from './tables/table-to-csv';
export {notebookProgress} from './progress/notebook-progress';
export {terminalProgress} from './progress/terminal-progress';
