//! φ and its inverse, as tables. The figures are computed with 40 digits, by mpmath.

use core::f64::consts::{LOG10_2, LOG10_E};

use super::*;

const MODELS: [Model; 3] = [Model::Normal, Model::Logistic, Model::Exponential];

fn assert_near(found: f64, known: f64, what: &str) {
    assert!((found - known).abs() <= 1e-11 * known.abs(), "{what}: {found:e}, not {known:e}");
}

/// silence, mean, deviation; φ by the normal, logistic and exponential model
const PH_01: [(f64, f64, f64, [f64; 3]); 13] = [
    (3.0, 1.0, 0.1, [88.560_095_343_08, 259.047_972_565_7, 1.302_883_445_71]),
    (3.0, 1.0, 0.3, [10.883_261_964_43, 13.705_947_809_33, 1.302_883_445_71]),
    (3.0, 1.0, 0.3144, [9.999_949_811_965, 12.302_673_806_97, 1.302_883_445_71]),
    (3.0, 1.0, 0.5, [4.499_334_907_556, 4.736_694_582_705, 1.302_883_445_71]),
    (4.0, 1.0, 0.4716, [9.999_949_811_965, 12.302_673_806_97, 1.737_177_927_613]),
    (3.0, 1.25, 0.433, [4.575_981_055_982, 4.827_324_871_171, 1.042_306_756_568]),
    (4.25, 1.25, 0.433, [11.672_020_806_57, 14.999_608_831_61, 1.476_601_238_471]),
    (3.0, 1.0, 1.0, [1.643_016_080_141, 1.642_827_885_487, 1.302_883_445_71]),
    (0.25, 0.2, 0.01, [6.542_645_672_391, 7.299_947_394_46, 0.542_868_102_379_1]),
    // Akka says infinity here.
    (0.5, 0.2, 0.01, [197.309_209_261_7, 848.268_324_998_3, 1.085_736_204_758]),
    (1.0, 1.0, 0.1, [LOG10_2, LOG10_2, LOG10_E]),
    (0.5, 1.0, 0.1, [1.244_912_137_388e-7, 2.176_892_222_423e-8, 0.217_147_240_951_6]),
    (1.5, 1.0, 0.1, [6.542_645_672_391, 7.299_947_394_46, 0.651_441_722_854_9]),
];

#[test]
fn ph_01_phi_of_a_silence() {
    for (silence, mean, deviation, known) in PH_01 {
        for (model, known) in MODELS.into_iter().zip(known) {
            let what = format!("{model:?} after {silence}, mean {mean}, deviation {deviation}");
            // What is lost is lost in (silence − mean) / deviation.
            assert_near(model.phi(silence, mean, deviation), known, &what);
        }
    }
}

/// threshold; deviations after the mean by the normal and the logistic model, means by the exponential one
const PH_02: [(f64, [f64; 3]); 21] = [
    (0.001, [-2.833_795_738_284, -2.815_376_506_08, 0.002_302_585_092_994]),
    (0.1, [-0.821_531_602_883_1, -0.821_307_576_906_8, 0.230_258_509_299_4]),
    (0.3, [-0.002_975_957_771_382, -0.002_972_547_308_867, 0.690_775_527_898_2]),
    (0.5, [0.478_273_532_376_2, 0.477_879_977_397_4, 1.151_292_546_497]),
    (1.0, [1.281_551_565_545, 1.282_215_344_967, LN_10]),
    (2.0, [2.326_347_874_041, 2.322_745_535_43, 4.605_170_185_988]),
    (3.0, [3.090_232_306_168, 3.058_937_819_446, 6.907_755_278_982]),
    (4.0, [3.719_016_485_456, 3.638_109_756_814, 9.210_340_371_976]),
    (5.0, [4.264_890_793_923, 4.119_191_490_963, 11.512_925_464_97]),
    (6.0, [4.753_424_308_823, 4.533_126_915_626, 13.815_510_557_96]),
    (8.0, [5.612_001_244_175, 5.225_986_644_094, 18.420_680_743_95]),
    (10.0, [6.361_340_902_404, 5.799_024_714_731, 23.025_850_929_94]),
    (12.0, [7.034_483_825_301, 6.292_124_098_154, 27.631_021_115_93]),
    (16.0, [8.222_082_216_13, 7.119_680_927_774, 36.841_361_487_9]),
    (50.0, [14.933_337_534_79, 11.131_980_159_46, 115.129_254_649_7]),
    (100.0, [21.273_453_560_97, 14.323_648_874_2, 230.258_509_299_4]),
    (300.0, [37.047_096_299_36, 21.039_043_393_54, 690.775_527_898_2]),
    // 10 to the power of these does not fit into a double.
    (309.0, [37.601_917_348_57, 21.254_314_359_34, 711.498_793_735_2]),
    (400.0, [42.810_227_206_61, 23.224_210_606_84, 921.034_037_197_6]),
    (1_000.0, [67.785_685_596_6, 31.718_932_974_4, 2_302.585_092_994]),
    (100_000.0, [678.603_080_338_3, 148.271_515_273_6, 230_258.509_299_4]),
];

#[test]
fn ph_02_the_silence_at_which_a_threshold_is_reached() {
    for (threshold, known) in PH_02 {
        for (model, known) in MODELS.into_iter().zip(known) {
            let found = model.factor(threshold);
            assert_near(found, known, &format!("{model:?} at {threshold}"));
            let (mean, deviation) = if model.has_deviation() { (0.0, 1.0) } else { (1.0, 0.0) };
            assert_near(model.phi(found, mean, deviation), threshold, &format!("{model:?} and back"));
        }
    }
}

#[test]
fn every_threshold_has_a_finite_factor_and_a_higher_one_no_less() {
    let thresholds =
        [5e-324, 1e-300, 1e-20, 1e-3, 1.0, 323.0, 324.0, 1e3, 1e6, 1e100, 1e299, 1e300, f64::MAX];
    for model in MODELS {
        let mut before = f64::NEG_INFINITY;
        for threshold in thresholds {
            let factor = model.factor(threshold);
            assert!(factor.is_finite() && factor >= before, "{model:?} at {threshold}: {factor}");
            before = factor;
        }
    }
}

#[test]
fn gaps_that_never_differ_leave_no_doubt() {
    for model in [Model::Normal, Model::Logistic] {
        for (silence, phi) in [(0.9, 0.0), (1.0, 0.0), (1.1, f64::INFINITY)] {
            assert_eq!(model.phi(silence, 1.0, 0.0), phi, "{model:?}");
        }
    }
}
