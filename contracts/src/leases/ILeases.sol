// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { InstanceKey } from "./InstanceKey.sol";

/// @title Accounts, what they may owe, and the leases that make them owe it.
/// @dev A tenant's money is reserved as time runs and charged only for the seconds that a settled root holds.
interface ILeases {
    struct Opening {
        InstanceKey instance;
        uint32 device;
        uint32 kind;
        uint40 startedAt;
        uint64 token;
        /// Seconds before its start in which the instance was wanted and had no device, through no fault of its tenant.
        uint32 waited;
    }

    struct LeaseRef {
        InstanceKey instance;
        uint64 token;
    }

    struct Bill {
        InstanceKey instance;
        uint64 token;
        uint32 secondsSeen;
    }

    /// @dev Amounts in wei.
    struct AccountView {
        uint256 balance;
        uint256 leaving;
        uint256 leavingSince;
        uint256 charged;
        uint256 maxTotal;
        /// Micro-USD an hour that all open leases may cost together.
        uint256 maxRate;
        uint256 holds;
        uint256 buffers;
        uint256 rateSum;
        uint256 weighted;
        uint256 approvals;
    }

    struct LeaseView {
        uint64 token;
        uint32 device;
        /// Micro-USD an hour.
        uint40 rate;
        /// Start, or end of the last billed period.
        uint40 from;
        /// 0 while the lease is open.
        uint40 end;
        /// The buffer while the lease is open, the hold once it is closed; in wei.
        uint96 reserve;
        uint24 opener;
        uint24 beneficiary;
        uint32 kind;
    }

    struct Terms {
        uint32 bufferSeconds;
        /// Most by which an opening is backdated, and how long a withdrawal waits.
        uint32 delaySeconds;
        /// Of the buffer of an insolvent lease, for whoever closes it.
        uint16 closingRewardBps;
    }

    /// @dev Why an item of a batch was left out.
    enum Refusal {
        None,
        NotApproved,
        TokenNotNext,
        LeaseStillOpen,
        StartInFuture,
        StartTooEarly,
        DeviceNotActive,
        KindNotListed,
        RateAboveLimit,
        FundsTooLow,
        NotOpen,
        NotAllowed,
        Solvent,
        NotThisPeriod,
        AlreadyFinished,
        SkipTooEarly
    }

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event LimitsChanged(address indexed account, uint256 maxTotal, uint256 maxRate);
    event Approved(address indexed account, uint32 indexed masternode);
    event Revoked(address indexed account, uint32 indexed masternode);
    event WithdrawalAnnounced(address indexed account, uint256 leaving, uint256 time);
    event WithdrawalCancelled(address indexed account, uint256 amount);
    event LeavingUsed(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event LeaseOpened(
        InstanceKey indexed instance,
        uint64 token,
        uint32 indexed device,
        uint32 kind,
        uint256 rate,
        uint256 startedAt,
        uint32 indexed masternode,
        uint256 waited
    );
    event LeaseClosed(InstanceKey indexed instance, uint64 token, uint256 hold, address by);
    event LeaseBilled(
        InstanceKey indexed instance,
        uint64 token,
        uint256 indexed period,
        uint256 billedSeconds,
        uint256 paid
    );
    event LeaseUnderpaid(
        InstanceKey indexed instance, uint64 token, uint256 indexed period, uint256 shortfall
    );
    event LeaseFinished(InstanceKey indexed instance, uint64 token);
    event OpeningRefused(InstanceKey indexed instance, uint64 token, Refusal reason);
    event ClosingRefused(InstanceKey indexed instance, uint64 token, Refusal reason);
    event BillRefused(InstanceKey indexed instance, uint64 token, uint256 indexed period, Refusal reason);
    event ClosingRewarded(InstanceKey indexed instance, uint64 token, address indexed closer, uint256 amount);
    event TermsChanged(uint256 bufferSeconds, uint256 delaySeconds, uint256 closingRewardBps);

    error LeasesCallerNotMasternode(address caller);
    error LeasesCallerNotSettlement(address caller);
    error LeasesAmountZero();
    error LeasesDepositForNobody();
    error LeasesMasternodeUnknown(uint32 masternode);
    error LeasesLimitBelowCommitted(uint256 maxTotal, uint256 committed);
    error LeasesBalanceCommitted(uint256 asked, uint256 free);
    error LeasesNothingLeaving(address account);
    error LeasesWithdrawalTooEarly(uint256 time, uint256 after_);
    error LeasesWithdrawalRefused(address to, uint256 amount);
    error LeasesPriceNotFirm();
    error LeasesSettlementStale(uint256 since);
    error LeasesSkipTooEarly(uint256 period, uint256 from);
    error LeasesTimeInPast(uint256 time);
    error LeasesOutOfRange(uint256 value, uint256 least, uint256 most);

    /// @notice Adds the sent NXQ to the balance of `account`.
    /// @custom:caller anyone
    /// @custom:changes the account's balance
    function deposit(address account) external payable;

    /// @notice Lets a masternode open leases on the caller's account, and close them.
    /// @custom:caller the tenant
    /// @custom:changes the tenant's approvals
    function approve(uint32 masternode) external;

    /// @notice Stops what a masternode would start after now; what it started before may still be opened.
    /// @custom:caller the tenant
    /// @custom:changes the tenant's approvals
    function revoke(uint32 masternode) external;

    /// @notice Sets what may be charged in all, in wei, and what all open leases may cost together, in micro-USD an hour.
    /// The first cannot be set below what is charged, held, buffered and reserved now. A lower limit reaches what starts
    /// after it: what started before, and is opened within the delay, raises the first by what it lacks of the one before.
    /// @custom:caller the tenant
    /// @custom:changes the tenant's limits
    function setLimits(uint96 maxTotal, uint40 maxRate) external;

    /// @notice Moves NXQ that nothing claims to what is leaving; another announcement adds to it and starts the delay anew.
    /// @custom:caller the tenant
    /// @custom:changes the tenant's balance and what is leaving
    function announceWithdrawal(uint96 amount) external;

    /// @notice Moves what is leaving back to the balance.
    /// @custom:caller the tenant
    /// @custom:changes the tenant's balance and what is leaving
    function cancelWithdrawal() external;

    /// @notice Sends what is leaving to `to`: strictly after the delay if any masternode was approved within it.
    /// @custom:caller the tenant
    /// @custom:changes what is leaving
    function withdraw(address to) external;

    /// @notice Opens leases; an item that breaks a rule is left out, with an event that says which.
    /// @custom:caller an active masternode that the tenant approved, or had approved at the lease's start
    /// @custom:changes the leases; their accounts' buffers and reservations
    function open(Opening[] calldata openings) external;

    /// @notice Closes leases at the block's time.
    /// @custom:caller the tenant; its approved masternodes; the lease's opener; an active masternode, for leases that wait
    /// for their bill too long, whose device is not active, or whose price is out of date
    /// @custom:changes the leases; their accounts' buffers, reservations and holds
    function close(LeaseRef[] calldata leases) external;

    /// @notice Closes leases of accounts whose spendable is below 0, while settlement works; pays a part of the buffer.
    /// @custom:caller anyone
    /// @custom:changes as close; the reward leaves the account's balance
    function closeInsolvent(LeaseRef[] calldata leases) external;

    /// @notice Charges seconds of a settled period and splits what is paid.
    /// @custom:caller the settlement, which checked the proof
    /// @custom:changes the leases and their accounts; pays device owners, masternodes and the treasury
    function bill(uint256 period, Bill[] calldata bills) external;

    /// @notice Passes a period without charge for leases that no root will bill: 14 periods after its root or, where there
    /// is none, its end; and where there is one, 3 periods after the lease passed the period before late.
    /// @custom:caller anyone
    /// @custom:changes the leases; frees that period's reservation or hold
    function skip(uint256 period, LeaseRef[] calldata leases) external;

    /// @notice Sets buffer (600 to 86,400 s), delay (600 to 7,200 s) and closing reward (2,000 basis points at most).
    /// @custom:caller owner
    /// @custom:changes the terms of leases opened and withdrawals made from now on
    function setTerms(Terms calldata terms) external;

    function account(address tenant) external view returns (AccountView memory);

    /// @notice What open leases of `tenant` may owe at `time` since they were last billed, in wei; `time` not before now.
    function reservedAt(address tenant, uint256 time) external view returns (uint256);

    /// @notice What new leases may still use at `time`, in wei; below 0 the account is insolvent.
    function spendableAt(address tenant, uint256 time) external view returns (int256);

    /// @notice Seconds from `time` until nothing is spendable at today's price; the maximum when nothing runs.
    function runwayAt(address tenant, uint256 time) external view returns (uint256);

    /// @notice Whether `masternode` may open leases of `tenant` that start now.
    function isApproved(address tenant, uint32 masternode) external view returns (bool);

    /// @notice The lease of an instance with this token; all 0 when there is none, or it is finished and another came.
    function lease(InstanceKey instance, uint64 token) external view returns (LeaseView memory);

    /// @notice Token of the instance's last lease, 0 when it had none; the next one is larger.
    function lastToken(InstanceKey instance) external view returns (uint64);

    function terms() external view returns (Terms memory);
}
