/**
 * The public API of hidden-gaussian.
 *
 *     images -> Dataset -> Denoiser -> sampler or analysis -> table -> figure
 *
 * @example
 * import * as hg from 'hidden-gaussian';
 * const {train} = hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 8});
 * const gaussian = hg.gaussianDenoiser(hg.gaussianStats(train));
 * const noise = hg.startNoise(4, train.imageShape, hg.createRng(0));
 * const {samples} = await hg.sampleHeun(gaussian, noise, hg.karrasSchedule({steps: 18}));
 * console.log(samples.length); // 256
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
export type {Json} from './store/canonical';
export {rawOp} from './backend/raw-op';
export type {OpAttribute} from './backend/raw-op';
export type {Tensor64} from './backend/tensor64';

// Data
export {CIFAR10_CLASSES, loadCifar10} from './data/cifar10';
export type {LoadCifar10Options} from './data/cifar10';
export {createDataset, imagesToFloat32, selectImages} from './data/dataset';
export type {CreateDatasetOptions} from './data/dataset';
export {imagesToTensor} from './data/dataset-tensor';
export {downloadFashionMnist} from './data/fashion-mnist-download';
export type {FashionMnistFile} from './data/fashion-mnist-files';
export type {
  DownloadFashionMnistOptions, DownloadFashionMnistResult, FashionMnistSource,
} from './data/fashion-mnist-download';
export {FASHION_MNIST_CLASSES, loadFashionMnist} from './data/fashion-mnist';
export type {FashionMnistResolution, LoadFashionMnistOptions} from './data/fashion-mnist';
export {flipImages} from './data/flip';
export {readIdxDataset} from './data/idx';
export type {IdxOptions, ReadIdxDatasetOptions} from './data/idx';
export {loadImageFolder} from './data/image-folder';
export {collectionOf} from './data/image-collection';
export type {ImageCollection} from './data/image-collection';
export type {LoadImagesOptions} from './data/image-options';
export {loadImageZip} from './data/image-zip';
export {loadDataset, openDataset} from './data/load-dataset';
export type {LoadDatasetOptions} from './data/load-dataset';
export type {ImageLabels} from './data/labels';
export {areaMean, padImages} from './data/resample';
export type {AreaMeanOptions, PadImagesOptions} from './data/resample';
export {disjointHalves, heldOutSplit, subset} from './data/split';
export type {HeldOutSplit, HeldOutSplitOptions, SubsetOptions} from './data/split';
export {writeImageZip} from './data/write-image-zip';

// Denoisers D(x; sigma)
export type {Denoiser64} from './denoisers/denoiser64';
export {gaussianDenoiser, wienerWeights} from './denoisers/gaussian';
export type {AffineMap} from './denoisers/gaussian';
export {fitGaussian, gaussianStats} from './denoisers/gaussian-stats';
export type {GaussianOptions, GaussianStats} from './denoisers/gaussian-stats';
export {linearDenoiser} from './denoisers/linear';
export type {LinearWeights} from './denoisers/linear';
export {multiDeltaDenoiser} from './denoisers/multi-delta';
export type {MultiDeltaOptions} from './denoisers/multi-delta';
export {networkDenoiser} from './denoisers/network';
export type {NetworkDenoiser, NetworkDenoiserOptions} from './denoisers/network';
export type {ImageSource} from './denoisers/image-rows';

// Networks and training
export {songUNet} from './networks/song-unet';
export type {SongUNetOptions} from './networks/song-unet';
export {dhariwalUNet} from './networks/dhariwal-unet';
export type {DhariwalUNetOptions} from './networks/dhariwal-unet';
export type {UNetOptions} from './networks/unet-options';
export type {ResampleFilter} from './networks/resample';
export type {Conditions, Network, UniformDraw} from './networks/network';
export {
  edmPreconditioning, iddpmPreconditioning, precondition, vePreconditioning, vpPreconditioning,
} from './networks/preconditioning';
export type {
  Coefficients, EdmPreconditioningOptions, IddpmPreconditioningOptions, PreconditionedNetwork,
  Preconditioning, VePreconditioningOptions, VpPreconditioningOptions,
} from './networks/preconditioning';
export {edmModel} from './networks/edm-model';
export type {EdmModel} from './networks/edm-model';
export {edmModelConfig} from './networks/edm-options';
export type {
  DhariwalUNetConfig, EdmImageOptions, EdmModelConfig, EdmNetworkOptions, EdmOptions,
  EdmPreconditionings, PreconditioningName, SongUNetConfig,
} from './networks/edm-config';
export {loadParameters} from './networks/load-parameters';
export type {ParameterPlan} from './networks/load-parameters';
export {parameterCount, parametersFromPyTorch, parametersToPyTorch} from './networks/parameters';
export type {
  Buffer, Initializer, ParameterKind, ParameterSpec, Weights,
} from './networks/parameters';
export type {NetworkCost} from './networks/cost';
export {train} from './training/train';
export {modelFor} from './training/model-for';
export type {Checkpoint, SinceRow} from './training/checkpoint';
export {checkNeeds, trainingNeeds} from './training/needs';
export type {CheckNeedsOptions, TrainingNeeds, TrainingNeedsOptions} from './training/needs';
export type {LogRow, TrainCallbacks} from './training/train';
export {DEFAULT_TRAIN_OPTIONS, trainOptions} from './training/options';
export type {TrainOptions} from './training/options';
export {dsmLoss} from './training/loss';
export type {LossBatch} from './training/loss';
export type {LinearTarget} from './training/noisy-pairs';
export {fitLinearAdam, paperLearningRate} from './training/fit-linear-adam';
export type {LinearAdamFit, LinearAdamFitOptions} from './training/fit-linear-adam';
export type {LinearAdamOptions} from './training/linear-adam';
export {fitLinearClosedForm} from './training/fit-linear-closed-form';
export type {ClosedFormFit, ClosedFormOptions} from './training/fit-linear-closed-form';
export {leastSquaresFromPairs} from './training/least-squares';
export type {LeastSquaresSolution} from './training/least-squares';

// Model folders: networks in and out
export {denoiseFile} from './models/denoise-file';
export type {DenoiseFileOptions, DenoiseFileResult} from './models/denoise-file';
export {importEdm} from './models/import-edm';
export type {ImportEdmOptions} from './models/import-edm';
export {loadModel, saveModel} from './models/model-folder';
export type {TrainedModel} from './models/model-folder';
export {exportRun} from './experiments/export-run';
export type {ExportedRun} from './experiments/export-run';

// Sampling
export {karrasSchedule} from './sampling/schedule';
export type {KarrasOptions} from './sampling/schedule';
export {sampleEuler} from './sampling/euler';
export {sampleHeun} from './sampling/heun';
export {gaussianPath} from './sampling/gaussian-path';
export type {GaussianPath} from './sampling/gaussian-path';
export {startNoise} from './sampling/start-noise';
export type {
  Pixels, SampleOptions, SampleResult, SamplerStep, Trajectory,
} from './sampling/solver';

// Analysis
export {bootstrapMean, bootstrapStatistic, pairedDifference} from './analysis/bootstrap';
export type {BootstrapOptions} from './analysis/bootstrap';
export type {BatchOptions} from './analysis/denoise-rows';
export {wilsonInterval} from './analysis/wilson';
export type {Share} from './analysis/wilson';
export {linearityCurve, pairLinearity} from './analysis/linearity';
export type {
  LinearityCurve, LinearityOptions, LinearityPoint, PairOptions,
} from './analysis/linearity';
export type {PairLinearity} from './analysis/linearity-of-outputs';
export {calibrateOnHeldOut, memorizationScores} from './analysis/memorization';
export type {SampledImages, Samples} from './analysis/samples';
export type {
  MemorizationOptions, MemorizationResult, SampleMemorization,
} from './analysis/memorization';
export {nearestImages} from './analysis/nearest';
export type {NearestOptions, Neighbour} from './analysis/nearest';
export {noisyInputs, trajectoryInputs} from './analysis/noisy-inputs';
export type {NoisyInputsOptions, SigmaInputs} from './analysis/noisy-inputs';
export {compareDenoisers, distanceGap, sampleDistance} from './analysis/score-difference';
export type {
  CompareOptions, DenoiserDistance, DistanceGap, DistancePoint, SampleDistance,
} from './analysis/score-difference';
export {basisOverlap, leftSingularVectors, principalBasis, weightNmse} from './analysis/spectra';
export type {BasisOverlap, SingularBasis} from './analysis/spectra';
export type {Matrix64} from './backend/float64';
export {earlyStopping} from './analysis/early-stopping';
export type {CurveStep, EarlyStoppingOptions, EarlyStoppingResult} from './analysis/early-stopping';
export {judgeNovelty} from './analysis/novelty';
export type {Novelty, NoveltyVerdict} from './analysis/novelty';
export {stoppingAdvice} from './analysis/stopping-advice';
export type {
  CheckpointEvidence, StoppingAdvice, StoppingAdviceOptions, StoppingSituation,
} from './analysis/stopping-advice';
export {sampleSimilarity} from './analysis/strong-generalization';
export type {SampleSimilarityResult, Similarity} from './analysis/strong-generalization';
export {trendTest} from './analysis/trend';
export type {TrendLevel, TrendResult} from './analysis/trend';

// Runs
export {openRunStore} from './store/run-store';
export type {
  RunFolder, RunRequest, RunResult, RunState, RunStore, RunStoreOptions, StoredRun,
} from './store/run-store';
export type {Damage, RunFiles} from './store/run-folder';
export type {LockTimes} from './store/run-lock';
export type {RunProgress} from './store/run-progress';
export type {ComputeDevice, Provenance} from './store/provenance';
export {isInterrupted} from './store/interruption';
export type {Interrupt, InterruptedError} from './store/interruption';
export {listRuns} from './store/list-runs';
export type {RunEntry, RunStateName} from './store/list-runs';
export {verifyRun} from './store/verify-run';
export type {RunVerification} from './store/verify-run';
export {openSafetensors, readSafetensors, writeSafetensors} from './store/safetensors';
export type {TensorPlan} from './store/safetensors-writer';
export type {NamedArray, SafetensorsFile, SafetensorsReader} from './store/safetensors';
export type {TensorInfo} from './store/safetensors-header';

// Experiments: the paper's sections
export type {ProfileChanges} from './experiments/changed-profile';
export {middleSize, profileOf} from './experiments/profiles';
export type {Profile, ProfileName} from './experiments/profiles';
export type {
  FashionMnistData, OwnData, ProfileData, ZipData, ZipFile,
} from './experiments/profile-data';
export {planOf} from './experiments/plan';
export type {Plan, PlannedRun} from './experiments/plan';
export {measureSpeed} from './experiments/training-speed';
export type {TrainTask} from './experiments/train-tasks';
export type {MeasuredSpeed, StepWork, TrainingSpeed} from './experiments/training-speed';
export {closestToGaussian, measureCheckpoint, middleDistance} from './experiments/checkpoints';
export type {CheckpointMeasures, RunWithImages} from './experiments/checkpoints';
export {figuresDir, openWorkspace} from './experiments/workspace';
export type {Workspace, WorkspaceOptions} from './experiments/workspace';
export {trainRun} from './experiments/train-run';
export type {CheckpointChoice, RunImages, TrainRun, TrainRunRequest} from './experiments/train-run';
export {openTrainRun} from './experiments/train-run';
export {trainOnImages} from './experiments/train-on-images';
export type {OwnTraining, TrainOnImagesOptions} from './experiments/train-on-images';
export type {OwnImages} from './experiments/own-images';
export {openRunStudy} from './experiments/run-study';
export type {RunStudy, RunStudyOptions} from './experiments/run-study';
export {adviseRun} from './experiments/advise-run';
export type {AdvisedCheckpoint, RunAdvice} from './experiments/advise-run';
export type {StoredLogRow} from './experiments/training-files';
export {CLAIMS, gatherClaims, saveClaims} from './experiments/claims';
export type {Claim, ClaimId, Verdict} from './experiments/claims';
export {linearFitOf, linearityOf, samplesOf, sharedNoise} from './experiments/measure';
export type {SamplingStudy, Subject} from './experiments/measure';
export {denoisingError, sampleFromMemory} from './experiments/optimal-denoiser';
export type {DenoisingError} from './experiments/optimal-denoiser';
export {
  alphaSweep, linearityReferences, lowestScore, relativeGl, seedSweep, sizeSweep,
} from './experiments/emerging-linearity';
export type {
  AlphaResult, LinearityReferences, SeedResult, SizeResult,
} from './experiments/emerging-linearity';
export {linearityClaims, lowestWeight, sizeTrends} from './experiments/linearity-claims';
export {
  distancesToNetwork, distillationControl, explainRun, linearAgainstGaussian, trajectories,
} from './experiments/gaussian-bias';
export type {
  ControlRow, ExplainedNetwork, ExplainedRun, InputSource, LinearAgainstGaussian,
} from './experiments/gaussian-bias';
export {gaussianBiasClaims, networkClaims} from './experiments/gaussian-bias-claims';
export type {GaussianBiasResults, NetworkResults} from './experiments/gaussian-bias-claims';
export {
  DIRECTIONS, controlNumbers, deltaGaps, directionOverlap, sampleStructure,
} from './experiments/gaussian-bias-summary';
export {exampleFiles} from './experiments/example-files';
export {explainOwnNetwork, openOwnStudy} from './experiments/own-study';
export type {OwnFiles, OwnStudy, OwnStudyOptions} from './experiments/own-study';
export type {MeasureSettings, Study} from './experiments/study';
export {gradientDescent} from './experiments/gradient-descent';
export type {DescentResult} from './experiments/gradient-descent';
export {
  biasClaims, biasTrends, gaussianSamples, highDistance, likenessToGaussian, sizePoints, timeSweep,
  widthSweep,
} from './experiments/capacity-and-time';
export type {SweepPoint} from './experiments/capacity-and-time';

// What a figure's title and the notes on its images say
export {
  likenessFinding, lossFinding, sizeFinding, stoppedCopiesFinding, stoppingFinding, widthFinding,
} from './experiments/findings/capacity';
export type {Likeness, LossRow, SizeTrend, WidthTrends} from './experiments/findings/capacity';
export {
  controlFinding, directionFinding, distanceFinding, nearGaussianFinding, relativeFinding,
  spectrumFinding, structureFinding,
} from './experiments/findings/gaussian-bias';
export type {ControlNumbers, SampleStructure} from './experiments/findings/gaussian-bias';
export {
  copiesFinding, linearityFinding, noveltyFinding, togetherFinding, weightFinding,
} from './experiments/findings/linearity';
export type {SizeTrends} from './experiments/findings/linearity';
export {
  copyFinding, noiseFinding, optimalErrorFinding, unseenFinding,
} from './experiments/findings/problem';
export type {OptimalErrors} from './experiments/findings/problem';
export {trajectoryFigures} from './experiments/trajectory-figures';
export type {NamedTrajectory, TrajectoryFigureOptions} from './experiments/trajectory-figures';
export {imageNote, nearestNote, nearestNotes, noveltyNotes} from './experiments/image-notes';

// Reports: pages about runs and samples
export {measureNovelty, noveltyPage} from './reports/novelty-report';
export type {MeasureNoveltyOptions, NoveltyReport} from './reports/novelty-report';
export type {NearestPair} from './reports/nearest-sheet';
export {readSamples} from './reports/samples-source';
export type {NamedSamples, ReadSamplesOptions} from './reports/samples-source';
export {samplesOfRun} from './reports/run-samples';
export type {RunSamplesOptions} from './reports/run-samples';
export {measureRun} from './reports/run-report';
export type {Explanation, RunReport} from './reports/run-report';
export {runPage} from './reports/run-page';
export {createPictures} from './reports/pictures';
export type {Pictures} from './reports/pictures';

// Figures, tables, progress
export {imageGrid} from './figures/image-grid';
export type {ImageGridOptions} from './figures/image-grid';
export type {ImageGridRow} from './figures/image-mosaic';
export {lineFigure, linePanels} from './figures/line-figure';
export type {LineFigureOptions, LineLook, LinePanelsOptions} from './figures/line-figure';
export type {LinePanel} from './figures/line-panel';
export type {Mark} from './figures/line-marks';
export type {LineSeries} from './figures/line-traces';
export {overlapHeatmap} from './figures/heatmap';
export type {OverlapHeatmapOptions, OverlapPanel} from './figures/heatmap';
export {sliderFigure} from './figures/slider-figure';
export type {FigureState, SliderFigureOptions} from './figures/slider-figure';
export {figureAltText} from './figures/alt-text';
export {scatterFigure} from './figures/scatter-figure';
export type {ScatterFigureOptions, ScatterPoint} from './figures/scatter-figure';
export {formatSigma, SIGMA_REGIMES, SIGMA_TITLE} from './figures/sigma-axis';
export type {Regime} from './figures/sigma-axis';
export {DENOISER_STYLES} from './figures/theme';
export type {FigureText, SeriesStyle} from './figures/theme';
export {createFigureExporter} from './figures/export';
export type {ExportedFigure, FigureExporter, FigureExporterOptions} from './figures/export';
export {showFigure} from './figures/show';
export type {ShowFigureOptions} from './figures/show';
export type {DisplayTarget} from './figures/display-bundle';
export type {KaleidoOptions} from './figures/kaleido';
export type {Dash, MarkerSymbol, PlotlyFigure} from './figures/types';
export {createTable} from './tables/create-table';
export {formatInterval, formatNumber} from './tables/format';
export {showTable, tableToMarkdown} from './tables/show-table';
export type {ShowTableOptions, TableFormat} from './tables/show-table';
export {tableToCsv} from './tables/table-to-csv';
export {notebookProgress} from './progress/notebook-progress';
export type {NotebookProgressOptions} from './progress/notebook-progress';
export {terminalProgress} from './progress/terminal-progress';
export type {TerminalProgressOptions} from './progress/terminal-progress';
