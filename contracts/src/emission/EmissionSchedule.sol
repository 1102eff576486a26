// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How 10,500,000 NXQ are let out: pure rules.
/// @dev A day of era `e` emits 3,600 NXQ / 2^e; an era lasts 1,461 days; the last period is cut so that the sum is exact.
library EmissionSchedule {
    uint256 internal constant SUPPLY = 10_500_000e18;
    uint256 private constant DAY_EMISSION = 3600e18;
    uint256 private constant ERA_SECONDS = 1461 days;
    /// @dev The supply is used up in era 9; from era 10 on nothing is left to emit.
    uint256 internal constant ERAS = 10;

    /// @notice What a full period of `era` emits, in wei; exact for every network (see {dividesExactly}).
    function periodEmission(uint256 era, uint256 periodSeconds) internal pure returns (uint256) {
        return ((DAY_EMISSION >> era) * periodSeconds) / 1 days;
    }

    /// @notice How many periods an era has.
    function periodsOfEra(uint256 periodSeconds) internal pure returns (uint256) {
        return ERA_SECONDS / periodSeconds;
    }

    /// @notice What all periods before `period` emit together, in wei; never more than {SUPPLY}.
    function emittedBefore(uint256 period, uint256 periodSeconds) internal pure returns (uint256 emitted) {
        uint256 perEra = periodsOfEra(periodSeconds);
        for (uint256 era = 0; era < ERAS && period > 0; ++era) {
            uint256 periods = period < perEra ? period : perEra;
            emitted += periods * periodEmission(era, periodSeconds);
            period -= periods;
        }
        if (emitted > SUPPLY) emitted = SUPPLY;
    }

    /// @notice Whether eras hold whole periods, periods emit whole wei, and the eras together reach the supply.
    function dividesExactly(uint256 periodSeconds) internal pure returns (bool) {
        if (ERA_SECONDS % periodSeconds != 0) return false;
        for (uint256 era = 0; era < ERAS; ++era) {
            if (DAY_EMISSION % (1 << era) != 0) return false;
            if (((DAY_EMISSION >> era) * periodSeconds) % 1 days != 0) return false;
        }
        return emittedBefore(ERAS * periodsOfEra(periodSeconds), periodSeconds) == SUPPLY;
    }
}
