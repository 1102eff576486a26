// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The network's periods: equal spans of chain time, counted from genesis.
/// @dev Both values are constants of a network that nobody may change, so they live in the code, not in storage.
abstract contract Calendar {
    /// @notice Start of period 0, in seconds since 1970.
    uint256 public immutable genesisTime;
    /// @notice Length of every period, in seconds: 86,400 on the main network, 300 on a local one.
    uint256 public immutable periodSeconds;

    error CalendarInvalid(uint256 genesisTime, uint256 periodSeconds);

    constructor(uint256 genesisTime_, uint256 periodSeconds_) {
        if (periodSeconds_ == 0 || 86_400 % periodSeconds_ != 0) {
            revert CalendarInvalid(genesisTime_, periodSeconds_);
        }
        genesisTime = genesisTime_;
        periodSeconds = periodSeconds_;
    }

    /// @notice The period that runs now.
    function currentPeriod() public view returns (uint256) {
        return periodOf(block.timestamp);
    }

    /// @notice The period that holds the second `time`; a period's start belongs to it, its end to the next.
    function periodOf(uint256 time) public view returns (uint256) {
        return (time - genesisTime) / periodSeconds;
    }

    /// @notice The first second of `period`, which is also the end of the one before.
    function periodStart(uint256 period) public view returns (uint256) {
        return genesisTime + period * periodSeconds;
    }
}
